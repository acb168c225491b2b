"""What the presenter says and does: the one place to change the sample's content."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

LEAD_IN_S: Final = 0.7


@dataclass(frozen=True, slots=True)
class Pose:
    """How the presenter holds still; lengths in picture units (854 wide), angles in degrees.

    Hands are measured from where they rest on the desk (y upward), the gaze from straight
    ahead; `smile` runs from -1 to 1, `hum` (the kettle's note) from 0 to 1.
    """

    lean: float = 0.0
    rise: float = 0.0
    tilt: float = 0.0
    nod: float = 0.0
    turn: float = 0.0
    brow: float = 0.0
    gaze_x: float = 0.0
    gaze_y: float = 0.0
    smile: float = 0.35
    left_x: float = 0.0
    left_y: float = 0.0
    right_x: float = 0.0
    right_y: float = 0.0
    hum: float = 0.0


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of speech in one manner, and the silence after it.

    `rate` is words a minute and `pitch` runs from 0 to 99, as espeak-ng takes them;
    `level_dbfs` is the loudness, `energy` (0 to 1) how much head and body go with the voice.
    `moves` are the poses taken, each with its time in seconds after the passage's start.
    """

    text: str
    rate: int
    pitch: int
    level_dbfs: float
    pause_s: float
    energy: float
    moves: tuple[tuple[float, Pose], ...]


_REST: Final = Pose()
_OPEN: Final = Pose(lean=4, left_x=-112, left_y=84, right_x=104, right_y=80, smile=0.7, brow=3)
_SHOW: Final = Pose(lean=16, tilt=3, turn=9, gaze_x=4, right_x=126, right_y=94, smile=0.6, brow=2)
_AWAY: Final = Pose(
    lean=-6, tilt=5, turn=-9, gaze_x=-5, gaze_y=-4, smile=-0.25, brow=4, right_x=16, right_y=128
)

PASSAGES: Final = (
    Passage(
        "Good morning! This is the Quiet Kettle. It hums when your tea is ready, "
        "and it never whistles.",
        rate=158,
        pitch=48,
        level_dbfs=-20.0,
        pause_s=0.55,
        energy=0.7,
        moves=(
            (0.0, _OPEN),
            (1.3, _SHOW),
            (2.9, Pose(turn=5, smile=0.5, right_x=118, right_y=82, hum=1)),
            (4.6, Pose(lean=-4, tilt=-3, smile=0.6, left_x=-104, left_y=78)),
        ),
    ),
    Passage(
        "It boils in ninety seconds! It pours without a drip! "
        "And it costs less than most toasters!",
        rate=168,
        pitch=58,
        level_dbfs=-15.5,
        pause_s=2.0,
        energy=1.0,
        moves=(
            (0.0, Pose(lean=-14, rise=4, tilt=-4, left_x=-122, left_y=128, smile=0.8, brow=6)),
            (0.8, Pose(lean=-8, rise=2, tilt=-2, left_x=-96, left_y=88, smile=0.8, brow=5)),
            (1.8, Pose(lean=14, rise=4, tilt=4, right_x=124, right_y=130, smile=0.8, brow=6)),
            (2.6, Pose(lean=8, rise=2, tilt=2, right_x=96, right_y=86, smile=0.8, brow=5)),
            (
                3.6,
                Pose(rise=8, left_x=-128, left_y=116, right_x=128, right_y=116, smile=1, brow=8),
            ),
            (4.5, Pose(rise=4, left_x=-100, left_y=84, right_x=100, right_y=84, smile=1, brow=6)),
            (5.3, _REST),
        ),
    ),
    Passage(
        "Early in the day, while everyone else is asleep, all that you hear is one low note.",
        rate=128,
        pitch=40,
        level_dbfs=-31.0,
        pause_s=0.8,
        energy=0.0,
        moves=((-0.4, Pose(hum=1)),),
    ),
    Passage(
        "So why has nobody made one before?",
        rate=150,
        pitch=52,
        level_dbfs=-20.0,
        pause_s=0.7,
        energy=0.5,
        moves=(
            (-0.2, Pose(lean=-6, tilt=-7, brow=9, left_x=-116, left_y=86, right_x=110, right_y=86)),
            (2.0, Pose(tilt=-7, brow=9, smile=0.5)),
        ),
    ),
    Passage(
        "Well, to be honest,",
        rate=138,
        pitch=44,
        level_dbfs=-22.0,
        pause_s=3.2,
        energy=0.4,
        moves=(
            (0.0, Pose(lean=-2, tilt=2, smile=0.1)),
            (1.2, _AWAY),
            (3.4, replace(_AWAY, tilt=3, gaze_x=0, gaze_y=6, turn=-4, brow=1)),
        ),
    ),
    Passage(
        "we are not quite sure about the price yet.",
        rate=142,
        pitch=42,
        level_dbfs=-23.0,
        pause_s=0.6,
        energy=0.4,
        moves=((0.0, Pose(tilt=3, smile=-0.1, nod=4)), (1.4, Pose(tilt=-2, smile=0.1, nod=2))),
    ),
    Passage(
        "And we still have to test the lid, and the cord, and the handle, and the box, "
        "and all of it before the first of May.",
        rate=232,
        pitch=52,
        level_dbfs=-18.5,
        pause_s=0.7,
        energy=1.0,
        moves=(
            (0.0, Pose(lean=-9, left_x=-96, left_y=70, right_x=96, right_y=110, brow=4)),
            (0.8, Pose(lean=8, left_x=-118, left_y=112, right_x=110, right_y=70, brow=4)),
            (1.6, Pose(lean=-8, left_x=-94, left_y=72, right_x=122, right_y=118, brow=5)),
            (2.4, Pose(lean=8, left_x=-122, left_y=118, right_x=98, right_y=72, brow=5)),
            (3.2, Pose(lean=-6, left_x=-98, left_y=80, right_x=116, right_y=112, brow=6)),
            (4.1, Pose(smile=0.1, brow=2)),
        ),
    ),
    Passage(
        "But of one thing I am certain. It is the kindest sound in the kitchen. Thank you.",
        rate=146,
        pitch=46,
        level_dbfs=-18.0,
        pause_s=1.2,
        energy=0.6,
        moves=(
            (0.0, Pose(rise=4, left_x=-108, left_y=88, smile=0.5, brow=2)),
            (2.0, replace(_SHOW, lean=10, smile=0.8, hum=1)),
            (4.2, Pose(nod=6, smile=0.9, right_x=-2, right_y=92)),
            (5.6, Pose(smile=0.8)),
        ),
    ),
)
