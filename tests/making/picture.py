"""Draws the sample's picture: a presenter at a desk, a kettle, and a caption that says so."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tests.making.brush import OVERSAMPLING, Brush, Point, mix_colors
from tests.making.script import Pose

WIDTH: Final = 854
HEIGHT: Final = 480
CAPTION: Final = "Drawn sample, synthetic voice"

_BLUE: Final = "#0072B2"
_GRAY: Final = "#767676"
_ORANGE: Final = "#C2570C"
_GROUND: Final = "#F5F7F9"
_HALO: Final = "#DFEBF3"
_DESK: Final = "#E4E8EC"
_DESK_EDGE: Final = "#D3D9DF"
_SKIN: Final = "#EDBE9C"
_SKIN_SHADE: Final = "#DDA581"
_HAIR: Final = "#3C424B"
_INK: Final = "#2B3038"
_BLUE_EDGE: Final = "#00598C"
_MOUTH: Final = "#7B3430"
_TEETH: Final = "#FBFAF7"
_TONGUE: Final = "#C8706A"

_HEAD: Final = (330.0, 178.0)
_NECK: Final = (330.0, 262.0)
_HIPS: Final = (330.0, 470.0)
_DESK_Y: Final = 412.0
_ARM: Final = 92.0


@dataclass(frozen=True, slots=True)
class Face:
    """What moves on the face from picture to picture: all from 0 (shut) to 1 (wide open)."""

    mouth: float = 0.0
    mouth_width: float = 0.5
    eyes: float = 1.0


def draw_background() -> Image.Image:
    """Return what never moves: wall, halo, desk and caption, in drawing size."""
    image = Image.new("RGB", (WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING), _GROUND)
    brush = Brush(image)
    brush.ellipse((330, 232), (212, 212), _HALO)
    font = ImageFont.load_default(14 * OVERSAMPLING)
    corner = (WIDTH - 24) * OVERSAMPLING, 26 * OVERSAMPLING
    ImageDraw.Draw(image).text(corner, CAPTION, fill="#5B6270", font=font, anchor="rt")
    return image


def draw_picture(background: Image.Image, pose: Pose, face: Face) -> Image.Image:
    """Return one picture of `WIDTH` by `HEIGHT` on what `draw_background` returned."""
    image = background.copy()
    page = Brush(image)
    body = page.rotated(pose.lean * 0.22, _HIPS, (pose.lean * 0.5, -pose.rise))
    head = body.rotated(pose.tilt, _NECK, (pose.turn * 0.35, pose.nod))
    _hair_behind(head)
    _torso(body)
    _head(head, pose, face)
    _desk(page)
    _kettle(page, pose.hum)
    _arm(body, -1, pose)
    _arm(body, 1, pose)
    return image.reduce(OVERSAMPLING)


def _desk(brush: Brush) -> None:
    bottom = HEIGHT + 4
    brush.polygon([(0, _DESK_Y), (WIDTH, _DESK_Y), (WIDTH, bottom), (0, bottom)], _DESK)
    brush.polygon(
        [(0, _DESK_Y), (WIDTH, _DESK_Y), (WIDTH, _DESK_Y + 4), (0, _DESK_Y + 4)], _DESK_EDGE
    )


def _kettle(brush: Brush, hum: float) -> None:
    x, y = 668.0, 424.0
    brush.ellipse((x, y + 4), (86, 9), mix_colors(_DESK, _GRAY, 0.3))
    brush.stroke(_arc((x, y - 104), (46, 62), -190, 10), 10, _INK)
    brush.stroke([(x - 52, y - 40), (x - 84, y - 64), (x - 97, y - 104)], 17, _ORANGE)
    brush.blob(
        [
            *((x - 72, y - 12), (x - 67, y - 50), (x - 44, y - 95), (x, y - 110)),
            *((x + 44, y - 95), (x + 67, y - 50), (x + 72, y - 12), (x + 44, y + 2)),
            (x - 44, y + 2),
        ],
        _ORANGE,
    )
    shine = mix_colors(_ORANGE, "#FFFFFF", 0.28)
    brush.stroke([(x + 32, y - 80), (x + 46, y - 52), (x + 50, y - 26)], 6, shine)
    rim = mix_colors(_ORANGE, _INK, 0.35)
    brush.stroke([(x - 33, y - 104), (x, y - 111), (x + 33, y - 104)], 6, rim)
    brush.ellipse((x, y - 120), (9, 8), _INK)
    if hum > 0.02:
        for number in range(3):
            radius = 20.0 + 14 * number
            strength = hum * (0.8 - 0.22 * number)
            arc = _arc((x - 100, y - 112), (radius, radius), -138, -62)
            brush.stroke(arc, 3.4, mix_colors(_GROUND, _BLUE, strength))


def _arc(center: Point, radii: Point, from_degrees: float, to_degrees: float) -> list[Point]:
    """Return points along an ellipse, from one angle to another (0 is right, 90 is down)."""
    angles = [from_degrees + (to_degrees - from_degrees) * step / 12 for step in range(13)]
    return [
        (
            center[0] + radii[0] * math.cos(math.radians(angle)),
            center[1] + radii[1] * math.sin(math.radians(angle)),
        )
        for angle in angles
    ]


def _torso(brush: Brush) -> None:
    right = [(376, 278), (424, 297), (450, 334), (446, 392), (436, 500)]
    left = [(2 * _NECK[0] - x, y) for x, y in reversed(right)]
    brush.blob([(330, 264), *right, *left], _BLUE)
    brush.stroke([(298, 279), (312, 292), (330, 297), (348, 292), (362, 279)], 12, _BLUE_EDGE)
    brush.polygon([(305, 222), (355, 222), (357, 272), (303, 272)], _SKIN_SHADE)
    brush.ellipse((330, 272), (27, 16), _SKIN_SHADE)


def _hair_behind(brush: Brush) -> None:
    x, y = _HEAD
    brush.blob(
        [
            (x, y - 92),
            (x + 58, y - 74),
            (x + 84, y - 14),
            (x + 82, y + 44),
            (x + 58, y + 72),
            (x, y + 60),
            (x - 58, y + 72),
            (x - 82, y + 44),
            (x - 84, y - 14),
            (x - 58, y - 74),
        ],
        _HAIR,
    )


def _head(brush: Brush, pose: Pose, face: Face) -> None:
    x, y = _HEAD
    brush.ellipse((x - 68, y + 8), (11, 16), _SKIN_SHADE)
    brush.ellipse((x + 68, y + 8), (11, 16), _SKIN_SHADE)
    brush.ellipse((x, y), (68, 76), _SKIN)
    x += pose.turn
    for side in (-1, 1):
        brush.ellipse((x + side * 40, y + 30), (13, 9), mix_colors(_SKIN, "#E07A5F", 0.22))
        _eye(brush, (x + side * 27, y + 2), pose, face.eyes)
    brush.stroke([(x - 1, y + 8), (x + 5, y + 24), (x - 3, y + 28)], 3.4, _SKIN_SHADE)
    _mouth(brush, (x, y + 47), pose.smile, face)
    _fringe(brush, pose.turn)


def _eye(brush: Brush, center: Point, pose: Pose, open_: float) -> None:
    x, y = center
    out = 1 if x > _HEAD[0] + pose.turn else -1
    brow = y - 22 - pose.brow
    arch = [(x - out * 13, brow + 1.5), (x - out * 4, brow - 2), (x + out * 6, brow - 1.5)]
    brush.stroke([*arch, (x + out * 14, brow + 3)], 4.4, _HAIR)
    x, y = x + pose.gaze_x, y + pose.gaze_y
    if open_ < 0.25:
        brush.stroke([(x - 8, y + 1), (x - 3, y + 3.5), (x + 3, y + 3.5), (x + 8, y + 1)], 3, _INK)
        return
    brush.ellipse((x, y), (6.8, 9.2 * open_), _INK)
    brush.ellipse((x + 2.2, y - 3.4 * open_), (2.1, 2.5 * open_), "#FFFFFF")


def _mouth(brush: Brush, center: Point, smile: float, face: Face) -> None:
    x, y = center
    half = 12 + 8 * face.mouth_width + 5 * max(smile, 0)
    lift = 7 * smile
    open_ = face.mouth if face.mouth > 0.1 else 0.0

    def lip(across: float, raised: float = 0.0) -> Point:
        """Return the point of the closed lips at -1 (left corner) to 1, raised at the middle."""
        middle = 1 - across**2
        return x + half * across, y - lift + 1.6 * lift * middle - raised * middle

    line = (-1.0, -0.6, 0.0, 0.6, 1.0)
    if not open_:
        brush.stroke([lip(across) for across in line], 4, _MOUTH)
        return
    up, down = 2 + 4 * open_, 5 + 19 * open_
    bottom = lip(0.0)[1] + down
    lower = [
        (x + half * 0.62, bottom - down * 0.28),
        (x, bottom),
        (x - half * 0.62, bottom - down * 0.28),
    ]
    brush.blob([*(lip(across, up) for across in line), *lower], _MOUTH)
    if open_ > 0.4:
        brush.ellipse((x, bottom - down * 0.22), (half * 0.42, down * 0.15), _TONGUE)
    edge = (-0.72, -0.4, 0.0, 0.4, 0.72)
    bite = [lip(across, up - 3 - 6 * open_) for across in reversed(edge)]
    brush.blob([*(lip(across, up - 1.2) for across in edge), *bite], _TEETH)


def _fringe(brush: Brush, turn: float) -> None:
    x, y = _HEAD
    x += turn * 0.4
    brush.blob(
        [
            (x - 70, y + 14),
            (x - 74, y - 26),
            (x - 52, y - 74),
            (x, y - 92),
            (x + 52, y - 74),
            (x + 74, y - 26),
            (x + 70, y + 14),
            (x + 60, y - 22),
            (x + 34, y - 44),
            (x - 12, y - 40),
            (x - 46, y - 22),
            (x - 60, y - 2),
        ],
        _HAIR,
    )


def _arm(brush: Brush, side: int, pose: Pose) -> None:
    """Draw an arm whose hand is where the pose puts it; the elbow stays low, as when seated.

    The forearm is as long as it looks from the front, short where it points at the viewer.
    """
    shift, lift = (pose.left_x, pose.left_y) if side < 0 else (pose.right_x, pose.right_y)
    shoulder = (_NECK[0] + side * 94, 324.0)
    hand = (_NECK[0] + side * 30 + shift, 424.0 - lift)
    elbow = (shoulder[0] + side * (36 - 0.12 * lift), 404.0 - 0.16 * lift)
    armpit = (shoulder[0] * 0.55 + elbow[0] * 0.45, shoulder[1] * 0.55 + elbow[1] * 0.45)
    brush.stroke([armpit, elbow, hand], 47, _BLUE_EDGE)
    brush.stroke([shoulder, armpit, elbow, hand], 43, _BLUE)
    _hand(brush, elbow, hand, side=side, raised=min(max(lift / 60, 0.0), 1.0))


def _hand(brush: Brush, elbow: Point, hand: Point, *, side: int, raised: float) -> None:
    """Draw a hand in line with its forearm: closed and palm down at rest, open when raised."""
    angle = math.degrees(math.atan2(hand[1] - elbow[1], hand[0] - elbow[0])) + 90
    palm = brush.rotated(angle, hand)
    x, y = hand
    palm.stroke([(x - 16, y + 4), (x + 16, y + 4)], 11, _BLUE_EDGE)
    thumb = side * (1 - 2 * raised)
    tip = (x + thumb * 27, y - 32)
    palm.stroke([(x + thumb * 10, y - 12), (x + thumb * 22, y - 20), tip], 10.5, _SKIN_SHADE)
    palm.ellipse((x, y - 19), (20, 21), _SKIN)
    for finger in range(4):
        across = (finger - 1.5) * 10
        length = (12 + 15 * raised) - 2.4 * abs(finger - 1.5)
        end = (x + across * (1 + 0.22 * raised), y - 28 - length)
        palm.stroke([(x + across, y - 28), end], 10, _SKIN)
