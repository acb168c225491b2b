"""Moves the presenter from pose to pose, and with the loudness of the voice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tests.making.picture import Face
from tests.making.script import Passage, Pose
from tests.making.voice import Track, brightness, loudness

_MOVE_S: Final = 0.55
_BLINK_S: Final = 0.18


@dataclass(frozen=True, slots=True)
class Motion:
    """Computes pose and face for every picture at `fps`."""

    fps: int
    track: Track
    passages: Sequence[Passage]

    def pictures(self) -> list[tuple[Pose, Face]]:
        """Return what each picture shows, in order."""
        loud = loudness(self.track.samples, self.fps)
        bright = _smooth(brightness(self.track.samples, self.fps), 3)
        swell = _smooth(loud, 9)
        energy = _smooth(self._energy(loud.size), 11)
        mouth = _smooth(loud, 3)
        blinks = _blinks(loud.size / self.fps)
        pictures = []
        for number in range(loud.size):
            time_s = number / self.fps
            pose = _add_sway(
                self._pose(time_s), time_s, float(energy[number]), float(swell[number])
            )
            eyes = _eyes(time_s, blinks)
            pictures.append((pose, Face(float(mouth[number]), float(bright[number]), eyes)))
        return pictures

    def _pose(self, time_s: float) -> Pose:
        pose = Pose()
        for start_s, target in self._moves():
            pose = interpolate_pose(pose, target, (time_s - start_s) / _MOVE_S)
        return pose

    def _moves(self) -> list[tuple[float, Pose]]:
        starts = [start for start, _ in self.track.spans]
        pairs = zip(starts, self.passages, strict=True)
        return [(start + at_s, pose) for start, passage in pairs for at_s, pose in passage.moves]

    def _energy(self, count: int) -> NDArray[np.float64]:
        energy = np.zeros(count)
        for (start, end), passage in zip(self.track.spans, self.passages, strict=True):
            energy[round(start * self.fps) : round(end * self.fps)] = passage.energy
        return energy


def interpolate_pose(before: Pose, after: Pose, share: float) -> Pose:
    """Return the pose between two: `share` 0 or less is the first, 1 or more the second."""
    if share <= 0:
        return before
    if share >= 1:
        return after
    eased = share * share * (3 - 2 * share)
    values = {
        field.name: getattr(before, field.name) * (1 - eased) + getattr(after, field.name) * eased
        for field in fields(Pose)
    }
    return Pose(**values)


def _add_sway(pose: Pose, time_s: float, energy: float, swell: float) -> Pose:
    """Return the pose swaying and nodding with the voice; unchanged where `energy` is 0."""
    beat = energy * swell
    raised_left, raised_right = min(pose.left_y / 60, 1), min(pose.right_y / 60, 1)
    wave = math.sin(2 * math.pi * 1.9 * time_s)
    return replace(
        pose,
        lean=pose.lean + 5 * energy * math.sin(2 * math.pi * 0.27 * time_s),
        tilt=pose.tilt + 1.8 * energy * math.sin(2 * math.pi * 0.41 * time_s + 1),
        nod=pose.nod + 5 * beat,
        brow=pose.brow + 2 * beat,
        left_y=pose.left_y + 9 * beat * raised_left * (1 + wave) / 2,
        right_y=pose.right_y + 9 * beat * raised_right * (1 - wave) / 2,
    )


def _smooth(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Return the values smoothed over `width` neighbors."""
    window = np.hanning(width + 2)[1:-1]
    return np.convolve(values, window / window.sum(), mode="same")


def _blinks(duration_s: float) -> list[float]:
    gaps = np.random.default_rng(3).uniform(2.4, 4.6, size=math.ceil(duration_s / 2.4))
    return [float(time_s) for time_s in np.cumsum(gaps)]


def _eyes(time_s: float, blinks: Sequence[float]) -> float:
    nearest = min(abs(time_s - blink) for blink in blinks)
    return min(1.0, nearest / (_BLINK_S / 2))
