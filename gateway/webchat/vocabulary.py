"""The words of the guest protocol: actions, classes, keys. What is not here is judged as a person's words, or refused.

Source: Genesys's published guest SDKs for Java (its schema) and for mobile (its frames), both MIT.
"""

from typing import Final

ACTIONS: Final = frozenset(
    {
        "configureSession",
        "configureAuthenticatedSession",
        "onMessage",
        "echo",
        "getJwt",
        "getConfiguration",
        "onAttachment",
        "getAttachment",
        "deleteAttachment",
        "closeSession",
    }
)
"""What a guest may ask."""

CLASSES: Final = frozenset(
    {
        "SessionResponse",
        "StructuredMessage",
        "JwtResponse",
        "PresignedUrlResponse",
        "UploadSuccessEvent",
        "UploadFailureEvent",
        "GenerateUrlError",
        "AttachmentDeletedResponse",
        "GetConfigurationResponse",
        "SessionExpiredEvent",
        "SessionClearedEvent",
        "ConnectionClosedEvent",
        "LogoutEvent",
        "TooManyRequestsErrorMessage",
        "Error",
        "string",
    }
)
"""What Genesys may answer. Any other class is dropped."""

IDENTIFIERS: Final = frozenset(
    {
        "id",
        "tracingId",
        "attachmentId",
        "messageId",
        "correlationId",
        "originatingMessageId",
        "cannedResponseId",
        "deploymentId",
        "token",
        "action",
        "type",
        "class",
        "contentType",
        "eventType",
        "direction",
        "fileMd5",
    }
)
"""Keys whose values are names of things: they cannot be changed without breaking what they name."""

TIMES: Final = frozenset({"time", "timestamp", "sentTime", "createdTime"})
NUMBERS: Final = frozenset(
    {
        "code",
        "fileSize",
        "duration",
        "durationMs",
        "retryAfter",
        "errorCode",
        "maxCustomDataBytes",
        "maxFileSizeKB",
        "durationSeconds",
    }
)

KEYS: Final = frozenset(
    """
    action token tracingId deploymentId startNew journeyContext customer id idType customerSession type message text
    metadata channel customAttributes data code errorsAsJson attachmentId fileName fileType fileSize fileMd5
    closeAllConnections content contentType attachment filename mediaType mime url buttonResponse payload form
    originatingMessageId cannedResponseId response component events eventType typing presence duration durationMs
    class body connected newSession readOnly maxCustomDataBytes allowedMedia inbound fileTypes maxFileSizeKB
    blockedExtensions durationSeconds expirationDate direction time messageId correlationId originatingEntity from to
    nickname jwt exp headers downloadUrl timestamp errorCode errorMessage reason reasonCode retryAfter quickReply
    quickReplyV2 action card carousel cards title description image actions defaultAction datePicker listPicker
    sections options isSelected multipleSelection location generic components originatingEntity receivedMessage
    replyMessage subtitle imageUrl availableTimes dateMinimum dateMaximum status relatedMessages reasons bot
    """.split()  # noqa: SIM905  (a list of ninety quoted words reads worse)
)
"""Keys of the protocol. Any other key is somebody's own word and judged as such."""

WORDS: Final = frozenset(
    """
    Text Structured Event Receipt Inbound Outbound Human Bot Private Public On Off Typing Presence Join Clear Disconnect
    SignIn Authenticate Attachment ButtonResponse QuickReply QuickReplyV2 Card Carousel Button DatePicker ListPicker
    Form GenericTemplate Message Link Postback Image File Video Audio cookie web message response string true false
    configureSession configureAuthenticatedSession onMessage echo getJwt getConfiguration onAttachment getAttachment
    deleteAttachment closeSession SessionResponse StructuredMessage JwtResponse PresignedUrlResponse UploadSuccessEvent
    UploadFailureEvent GenerateUrlError AttachmentDeletedResponse GetConfigurationResponse SessionExpiredEvent
    SessionClearedEvent ConnectionClosedEvent LogoutEvent TooManyRequestsErrorMessage Error
    SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=
    """.split()  # noqa: SIM905  (as above)
)
"""Values of the protocol: nobody's words, so that judging them would only cost time."""
