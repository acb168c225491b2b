"""A client for the Interhuman API and what a dashboard makes of its answers.

The public face: what a program needs that sends recordings without the page.
"""

from interhuman.analysis import (
    Analysis,
    AnalysisWindow,
    AnalyzedPart,
    ConversationQuality,
    EngagementSpan,
    Feedback,
    QualityScores,
    QualityWindow,
    Signal,
    Unread,
)
from interhuman.answers.answer import Answer
from interhuman.answers.jobs import UploadJob
from interhuman.api.uploads import UploadClient
from interhuman.client import InterhumanClient, SignInCheck
from interhuman.errors import (
    InterhumanAPIError,
    InterhumanConfigError,
    InterhumanError,
    SavedFileError,
    UploadJobError,
    UploadJobTimeoutError,
)
from interhuman.runs.file_update import FileUpdate
from interhuman.runs.many import analyze_many
from interhuman.settings import Credentials

__all__ = [
    "Analysis",
    "AnalysisWindow",
    "AnalyzedPart",
    "Answer",
    "ConversationQuality",
    "Credentials",
    "EngagementSpan",
    "Feedback",
    "FileUpdate",
    "InterhumanAPIError",
    "InterhumanClient",
    "InterhumanConfigError",
    "InterhumanError",
    "QualityScores",
    "QualityWindow",
    "SavedFileError",
    "SignInCheck",
    "Signal",
    "Unread",
    "UploadClient",
    "UploadJob",
    "UploadJobError",
    "UploadJobTimeoutError",
    "analyze_many",
]
