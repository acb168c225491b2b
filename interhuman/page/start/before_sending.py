"""What a person should know of a recording before it is sent, and what will be done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from interhuman.formats import clock, count, percent
from interhuman.media.facts import SIDES, SoundChoice
from interhuman.media.fit import MediaProgress
from interhuman.media.preflight import Preflight
from interhuman.page import widgets
from interhuman.page.keys import Key
from interhuman.page.visit import Visit
from interhuman.runs.preparing import (
    PreflightRun,
    Verdict,
    verdict_by_content,
    verdict_by_header,
)
from interhuman.runs.recording import NO_ROOM, UploadedRecording
from interhuman.text import markdown_plain
from interhuman.vocabulary import INTER_2_AUDIO, MODELS

READING_THROUGH = "Reading through the recording"

LOOK_EVERY_S = 0.5

_PHASES = {
    "converting": "Converting the recording",
    "converting again": "Converting the recording again for a better fit",
    "checking": "Checking what will be sent",
}


def verdict(visit: Visit, recording: UploadedRecording) -> Verdict:
    """Return what is known at present; the recording's header has been read."""
    model, convert = visit.options.model, visit.deployment.convert
    header = recording.probe
    if header.why == NO_ROOM:
        return Verdict(refusal=f"This recording can't be added: {NO_ROOM}. Try a smaller one.")
    by_header = verdict_by_header(header, model=model, convert=convert)
    if by_header.refusal is not None or not convert:
        return by_header
    preparation = recording.preparation
    read = preparation.preflight(recording)
    if not read.finished:
        return by_header
    if read.result is not None:
        chosen = widgets.one_of(_sound_key(recording), read.result.sound_choices, preparation.sound)
        # Else the same request would be another, once the choice was drawn.
        preparation.sound = chosen if chosen != read.result.proposed_sound else None
    return verdict_by_content(recording, preparation, model=model)


def draw_verdict(visit: Visit, recording: UploadedRecording) -> None:
    """Draw what decides as a warning, then the findings as one list, and fold the rest.

    Follow the reading while it goes on.
    """
    now = verdict(visit, recording)
    with st.container(key=Key.FINDINGS, gap="xsmall"):
        # A place of its own, empty or not: what a fragment sends last may come after the page was
        # drawn anew, and must not meet something else where the fragment was.
        following = st.container()
        decisive = now.refusal or now.warning
        if decisive is not None:
            st.warning(markdown_plain(decisive), icon=":material/warning:")
        if now.in_parts:
            number, *why = map(markdown_plain, now.in_parts)
            st.info(f"**{number}** {' '.join(why)}", icon=":material/content_cut:")
        if now.findings:
            st.markdown(_listed(now.findings))
        if now.changes:
            with st.expander("What will change", key=Key.CHANGES, icon=":material/build:"):
                st.markdown(_listed(now.changes))
        if now.lacks_picture and visit.run is None:
            st.button(
                f"Use {MODELS[INTER_2_AUDIO].title} instead (audio only)",
                key=Key.USE_SOUND_ALONE,
                icon=":material/graphic_eq:",
                on_click=use_sound_alone,
                args=(visit,),
            )
        if visit.deployment.convert and recording.probe.readable:
            read = recording.preparation.preflight(recording)
            if read.result is not None and visit.run is None:
                _draw_sound_choice(recording, read.result)
            if now.refusal is None and not read.finished and visit.run is None:
                with following:
                    _follow(read)


def _listed(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {markdown_plain(sentence)}" for sentence in sentences)


def _sound_key(recording: UploadedRecording) -> str:
    return f"{Key.SOUND}-{recording.digest[:16]}"


def _draw_sound_choice(recording: UploadedRecording, read: Preflight) -> None:
    """Offer the tracks and channels of sound, where there is more than one to take."""
    choices = read.sound_choices
    if not choices:
        return
    preparation, proposed = recording.preparation, read.proposed_sound
    chosen = preparation.sound or proposed or choices[0]
    st.selectbox(
        "Audio to analyze",
        choices,
        index=choices.index(chosen),
        format_func=lambda choice: _sound_words(read, choice, proposed=choice == proposed),
        key=widgets.key_of(_sound_key(recording)),
    )


def _sound_words(read: Preflight, choice: SoundChoice, *, proposed: bool) -> str:
    if choice.channel is not None:
        words = f"{SIDES[choice.channel]} channel only"
    elif any(
        other.channel is not None for other in read.sound_choices if other.track == choice.track
    ):
        words = "both channels"
    else:
        heard = 1 - (read.choosing(choice).silent_share or 0.0)
        words = f"audible for {percent(heard)} of it" if heard >= 0.005 else "silent"
        words += ", most like speech" if proposed else ""
    if len(read.facts.sounds) == 1:
        return words.capitalize()
    return f"Track {choice.track + 1}: {words}"


def use_sound_alone(visit: Visit) -> None:
    """Choose the model that takes sound without a picture."""
    visit.options = replace(visit.options, model=INTER_2_AUDIO)
    widgets.renew(Key.MODEL)


@st.fragment(run_every=LOOK_EVERY_S)
def _follow(read: PreflightRun) -> None:
    if read.finished:
        st.rerun()
    st.status(phase_words(read.progress, otherwise=READING_THROUGH), type="step")
    if read.progress is not None and read.progress.remaining_s is not None:
        st.progress(read.progress.share)


def phase_words(progress: MediaProgress | None, *, otherwise: str) -> str:
    """Return what is done with a recording at present, with the time left or the wait."""
    if progress is None:
        return otherwise
    if progress.phase == "waiting":
        return f"{otherwise}: waiting for {count(progress.waiting_for, 'other recording')}"
    words = _PHASES.get(progress.phase, otherwise)
    if progress.remaining_s is None:
        return words
    return f"{words}: {clock(progress.remaining_s + 0.99)} left"
