from __future__ import annotations

import copy
import pickle

import interhuman
from interhuman.errors import InterhumanAPIError, InterhumanError, UploadJobTimeoutError


def refused() -> InterhumanAPIError:
    return InterhumanAPIError(
        "The video file must not exceed 32.0 MB.",
        status=413,
        error_id="ih4003",
        correlation_id="c-1",
        link="https://docs.interhuman.ai/x",
        retry_after_s=7.0,
        body={"error_id": "ih4003"},
    )


def test_an_error_reads_as_what_to_do_then_what_was_said_then_the_evidence() -> None:
    assert str(refused()) == (
        "The recording is too large. Get it under 33.5 MB: shorten it, or export it at about "
        '1 Mbit/s (25 MB for three minutes). The API said: "The video file must not exceed '
        '32.0 MB." (ih4003, HTTP 413, correlation ID c-1)'
    )


def test_an_error_told_here_reads_as_its_own_sentence() -> None:
    error = InterhumanAPIError(
        "The name api.example could not be found.", status=0, failure="dns", request_id="r-1"
    )
    assert str(error) == "The name api.example could not be found. (request ID r-1)"
    assert error.meaning == "The name api.example could not be found."
    assert error.advice.kind == "retry"


def test_a_doubtful_end_is_said() -> None:
    error = InterhumanAPIError("It broke off.", status=0, failure="reset", maybe_accepted=True)
    assert str(error) == (
        "It broke off. The recording may have been analyzed and billed. It wasn't sent again."
    )


def test_an_error_survives_copying_and_pickling_with_its_evidence() -> None:
    for again in (copy.copy(refused()), pickle.loads(pickle.dumps(refused()))):
        assert isinstance(again, InterhumanAPIError)
        assert vars(again) == vars(refused())
        assert str(again) == str(refused())


def test_repr_leaves_the_body_out() -> None:
    assert "32.0" in repr(refused())
    assert "body" not in repr(refused())


def test_everything_is_an_interhuman_error() -> None:
    job = object()
    late = UploadJobTimeoutError("Not done yet.", job=job)
    assert late.job is job
    for name in interhuman.__all__:
        if name.endswith("Error"):
            assert issubclass(getattr(interhuman, name), InterhumanError)
