"""What a person asks for: an analysis of a recording, or the result of a job."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from interhuman.media.facts import SoundChoice
from interhuman.runs.recording import UploadedRecording
from interhuman.vocabulary import INTER_1


@dataclass(frozen=True)
class AnalysisRequest:
    """What a person asked for: an analysis of a recording, or the result of a job."""

    recording: UploadedRecording | None = None
    model: str = INTER_1
    include: tuple[str, ...] = ()
    goal_dimensions: tuple[str, ...] = ()
    conversation_context: str | None = None
    sandbox: bool = False
    sound: SoundChoice | None = None
    """Which sound of the recording; None for the one that is proposed."""
    job_id: str | None = None
    """A job that exists already: it is waited for, and nothing is sent."""
    missing_of: bytes = field(default=b"", repr=False)
    """The stitched answers whose missing parts alone are asked for; empty for the whole."""
    recording_name: str | None = None
    """What the recording was called, where its content has been released."""

    @property
    def name(self) -> str:
        """What the request is called on the page."""
        if self.recording is not None:
            return self.recording.name
        return self.recording_name or f"Job {self.job_id}"

    def about(self, recording: UploadedRecording, *, sandbox: bool) -> AnalysisRequest:
        """Return the same request about a recording, with what its model takes."""
        sound = recording.preparation.sound
        request = replace(self, recording=recording, sound=sound, sandbox=sandbox)
        if request.model == INTER_1:
            return request
        return replace(request, goal_dimensions=(), conversation_context=None)

    @property
    def wants_feedback(self) -> bool:
        """Whether feedback is asked for, which only Inter-1 gives."""
        return bool(self.goal_dimensions or self.conversation_context)

    @property
    def without_recording(self) -> AnalysisRequest:
        """The same request in a few bytes: it still has its name, and cannot be sent again."""
        return replace(self, recording=None, recording_name=self.name)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        """Equal for two requests that would get the same analysis."""
        content = self.recording.digest if self.recording is not None else None
        feedback = (self.goal_dimensions, self.conversation_context)
        what = (content, self.job_id, self.sound, self.missing_of)
        return (*what, self.model, self.include, feedback, self.sandbox)
