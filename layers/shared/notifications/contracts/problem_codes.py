"""Codes of the API's problems for programs, and an English phrase of each for people.

The phrase of an invalid field begins in lower case, since it follows the name of the field. Any other is a sentence.
"""

from collections.abc import Mapping
from enum import StrEnum, auto


class ProblemCode(StrEnum):
    """Kind of a problem. Its phrase in any language is made from the code and its parameters alone."""

    # Any call.
    INVALID_INPUT = auto()
    ENDPOINT_NOT_FOUND = auto()
    METHOD_NOT_ALLOWED = auto()
    ROLE_REQUIRED = auto()
    CHANGED_SINCE_READ = auto()
    BODY_TOO_LARGE = auto()
    MEDIA_TYPE_UNSUPPORTED = auto()
    CHARSET_UNSUPPORTED = auto()
    INTERNAL_ERROR = auto()
    SIGNATURE_INVALID = auto()
    QUEUE_UNAVAILABLE = auto()
    # A missing resource.
    CLIENT_NOT_FOUND = auto()
    PERSON_NOT_FOUND = auto()
    TAG_NOT_FOUND = auto()
    MAILING_NOT_FOUND = auto()
    TEST_SEND_NOT_FOUND = auto()
    REPORT_NOT_FOUND = auto()
    JOB_NOT_FOUND = auto()
    IMPORT_NOT_FOUND = auto()
    PROVIDER_NOT_FOUND = auto()
    OPT_OUT_NOT_FOUND = auto()
    # A conflict with the stored state.
    CLIENT_EXISTS = auto()
    TAG_EXISTS = auto()
    TAG_IN_USE = auto()
    MAILING_STARTED = auto()
    MAILING_PLANNED = auto()
    MAILING_STATUS = auto()
    MAILING_ENDED = auto()
    OUTCOME_KNOWN = auto()
    MAILING_BUSY = auto()
    MAILING_ENDING = auto()
    MESSAGES_REMOVED = auto()
    JOB_STATUS = auto()
    UPLOAD_MISSING = auto()
    UPLOAD_EXPIRED = auto()
    PHONE_JUST_TAKEN = auto()
    TAG_JUST_CHANGED = auto()
    # A failed job.
    JOB_STOPPED = auto()
    FILE_VANISHED = auto()
    FILE_REPLACED = auto()
    # Headers, query parameters and bodies.
    IDEMPOTENCY_KEY_FORMAT = auto()
    IDEMPOTENCY_KEY_REUSED = auto()
    QUERY_PARAMETER_UNKNOWN = auto()
    NAME_UNSAFE_IN_PATH = auto()
    SLASH_MISSING_IN_PATH = auto()
    CURSOR_INVALID = auto()
    CURSOR_OF_OTHER_SORT = auto()
    BODY_NOT_BASE64 = auto()
    BODY_NOT_UTF8 = auto()
    PARAMETER_NOT_UTF8 = auto()
    BODY_UTF16 = auto()
    BODY_IS_WORKBOOK = auto()
    BODY_NOT_JSON = auto()
    BODY_NOT_OBJECT = auto()
    KEY_TWICE = auto()
    # Fields of clients, tags and mailings.
    PHONE_FORMAT = auto()
    PHONE_AMBIGUOUS = auto()
    PHONE_ERASED = auto()
    COUNTRY_UNKNOWN = auto()
    OPERATOR_CODE_FORMAT = auto()
    TIMEZONE_UNKNOWN = auto()
    TAG_LENGTH = auto()
    TAG_CHARACTERS = auto()
    TAGS_TOO_MANY = auto()
    TAGS_TWO_WAYS = auto()
    TAG_ADDED_AND_REMOVED = auto()
    PHONE_NOT_OF_PATH = auto()
    PHONE_NOT_REPEATED = auto()
    BULK_CLIENTS = auto()
    BULK_CHANGE = auto()
    NAME_FORMAT = auto()
    ATTRIBUTES_TOO_MANY = auto()
    ATTRIBUTE_NAME_RESERVED = auto()
    ATTRIBUTE_TOO_LONG = auto()
    ATTRIBUTE_NUMBER_RANGE = auto()
    TEXT_LENGTH = auto()
    TEXT_BLANK = auto()
    TEXT_SEGMENTS = auto()
    PLACEHOLDER_FORMAT = auto()
    BRACE_UNBALANCED = auto()
    ATTRIBUTES_UNKNOWN = auto()
    ATTRIBUTES_MISSPELT = auto()
    VALUE_MISSING = auto()
    NUL_CHARACTER = auto()
    SURROGATE_CHARACTER = auto()
    INVISIBLE_CHARACTER = auto()
    FILTER_EMPTY = auto()
    WINDOW_EMPTY = auto()
    WINDOW_SECONDS = auto()
    WINDOW_FORMAT = auto()
    END_BEFORE_START = auto()
    END_IN_PAST = auto()
    TIME_FORMAT = auto()
    TIME_RANGE = auto()
    TIME_IN_FUTURE = auto()
    CONSENT_TIME_MISSING = auto()
    # CSV files.
    CSV_QUOTE_OPEN = auto()
    CSV_ROW_TOO_LONG = auto()
    CSV_COLUMNS_MISSING = auto()
    CSV_COLUMN_TWICE = auto()
    CSV_COLUMN_UNKNOWN = auto()
    CSV_FIELD_COUNT = auto()
    CSV_TOO_MANY_REFUSED = auto()
    CSV_TOO_MANY_ROWS = auto()
    CSV_TOO_LARGE = auto()
    CSV_ROWS_TO_SPLIT = auto()
    CSV_SIZE_TO_SPLIT = auto()
    CSV_ROW_OVERRIDDEN = auto()
    GZIP_DAMAGED = auto()
    # Types and bounds of the schemas.
    FIELD_MISSING = auto()
    FIELD_UNKNOWN = auto()
    NOT_TEXT = auto()
    NOT_INTEGER = auto()
    NOT_NUMBER = auto()
    NOT_BOOLEAN = auto()
    NOT_LIST = auto()
    NOT_OBJECT = auto()
    NOT_DATE = auto()
    NOT_ALLOWED = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()
    ITEMS_TOO_FEW = auto()
    ITEMS_TOO_MANY = auto()
    BELOW_MINIMUM = auto()
    ABOVE_MAXIMUM = auto()
    NOT_BELOW_LIMIT = auto()
    CLOCK_TIME_FORMAT = auto()
    PHONE_PART_FORMAT = auto()
    INVALID_VALUE = auto()


PHRASES: Mapping[ProblemCode, str] = {
    ProblemCode.INVALID_INPUT: "Invalid input. See `errors` for each field and its reason.",
    ProblemCode.ENDPOINT_NOT_FOUND: "No such endpoint: {method} {path}. See /docs/.",
    ProblemCode.METHOD_NOT_ALLOWED: "{method} is not allowed here. Use {allowed}.",
    ProblemCode.ROLE_REQUIRED: "This call needs the role {role}. Ask an administrator for it.",
    ProblemCode.CHANGED_SINCE_READ: "The resource has changed since you read it. Read it again, and send its new ETag.",
    ProblemCode.BODY_TOO_LARGE: "The body is too large. Send at most {max_bytes} bytes.",
    ProblemCode.MEDIA_TYPE_UNSUPPORTED: "Unsupported content type. Send {expected}.",
    ProblemCode.CHARSET_UNSUPPORTED: "Unsupported character set. Send {expected}.",
    ProblemCode.INTERNAL_ERROR: "Unexpected error. Look up request_id in the log.",
    ProblemCode.SIGNATURE_INVALID: "The signature of the call is not valid. See /docs/.",
    ProblemCode.QUEUE_UNAVAILABLE: "The call could not be stored. Send it again.",
    ProblemCode.CLIENT_NOT_FOUND: "No such client: {phone}.",
    ProblemCode.PERSON_NOT_FOUND: "Nothing is known of {phone}.",
    ProblemCode.TAG_NOT_FOUND: "No such tag: {tag}.",
    ProblemCode.MAILING_NOT_FOUND: "No such mailing: {mailing_id}.",
    ProblemCode.TEST_SEND_NOT_FOUND: "No such test send: {test_id}.",
    ProblemCode.REPORT_NOT_FOUND: "No report of {day} has been mailed.",
    ProblemCode.JOB_NOT_FOUND: "No such job: {job_id}. Jobs that ended long ago are deleted.",
    ProblemCode.IMPORT_NOT_FOUND: "No such import: {import_id}. Imports that ended long ago are deleted.",
    ProblemCode.PROVIDER_NOT_FOUND: "No such provider: {name}. Use the name that `GET provider/` shows.",
    ProblemCode.OPT_OUT_NOT_FOUND: "{phone} has not opted out.",
    ProblemCode.CLIENT_EXISTS: "Client {phone} already exists. Update it instead.",
    ProblemCode.TAG_EXISTS: "Tag {tag} already exists. Use it, or choose another name.",
    ProblemCode.TAG_IN_USE: "Mailing {mailing_id} filters on tag {tag}. Wait until it ends, or cancel it.",
    ProblemCode.MAILING_PLANNED: "The mailing has started: it cannot become a draft again. Pause or cancel it.",
    ProblemCode.MAILING_STARTED: "The mailing has started: `filter` and `starts_at` can no longer change.",
    ProblemCode.MAILING_STATUS: "Cannot {action} a mailing with the status {status}.",
    ProblemCode.MAILING_ENDED: (
        "The mailing ended at {ends_at}. Retry its messages with a new `ends_at`, or create another mailing."
    ),
    ProblemCode.OUTCOME_KNOWN: "The outcome of these messages is known: {message_ids}. Leave them out.",
    ProblemCode.MAILING_BUSY: "Job {job_id} is changing the mailing's messages. Wait until it ends, or cancel it.",
    ProblemCode.MAILING_ENDING: (
        "The mailing has just ended, and more than {at_most:,} messages are still to expire. Try again in a minute."
    ),
    ProblemCode.MESSAGES_REMOVED: (
        "Retention has removed messages of the mailing since {removed_at}. Create another mailing."
    ),
    ProblemCode.JOB_STATUS: "Cannot {action} a job with the status {job_status}.",
    ProblemCode.JOB_STOPPED: (
        "The job failed {tries} times in a row. Look up job_id {job_id} in the log, then start the work again."
    ),
    ProblemCode.UPLOAD_MISSING: "No file has been uploaded for this import. Upload it, then start the import again.",
    ProblemCode.UPLOAD_EXPIRED: "The import was not started within {hours} hours. Create another one.",
    ProblemCode.FILE_VANISHED: "The uploaded file is gone. Create another import, and upload the file.",
    ProblemCode.FILE_REPLACED: "Another file was uploaded after the start. Create another import for it.",
    ProblemCode.PHONE_JUST_TAKEN: "Another call has just given a client this phone. Read that client, then try again.",
    ProblemCode.TAG_JUST_CHANGED: "Another call has just changed one of these tags. Try again.",
    ProblemCode.IDEMPOTENCY_KEY_FORMAT: "must have 1 to {max_length} visible ASCII characters",
    ProblemCode.IDEMPOTENCY_KEY_REUSED: "was used for another request. Use a new key.",
    ProblemCode.QUERY_PARAMETER_UNKNOWN: "is not a query parameter of this call. Omit it. See /docs/.",
    ProblemCode.NAME_UNSAFE_IN_PATH: (
        "has characters that a path does not carry unchanged. Call by-name/?name=… in place of the name."
    ),
    ProblemCode.SLASH_MISSING_IN_PATH: (
        "must be followed by a slash here: without it, the gateway may have cut the name at a question mark"
    ),
    ProblemCode.CURSOR_INVALID: "is not a valid cursor. Use `next` of the previous page.",
    ProblemCode.CURSOR_OF_OTHER_SORT: "belongs to another `sort`. Use that of the previous page, or omit the cursor.",
    ProblemCode.BODY_NOT_BASE64: "is not valid base64",
    ProblemCode.PARAMETER_NOT_UTF8: "is not UTF-8. Encode the bytes of its UTF-8 text as %XX.",
    ProblemCode.BODY_NOT_UTF8: "is not UTF-8 in line {line}. Save the text as UTF-8, and send it again.",
    ProblemCode.BODY_UTF16: "is UTF-16, not UTF-8. Save the text as UTF-8, and send it again.",
    ProblemCode.BODY_IS_WORKBOOK: "this is an Excel workbook, save it as CSV",
    ProblemCode.BODY_NOT_JSON: "is not valid JSON",
    ProblemCode.BODY_NOT_OBJECT: "must be a JSON object",
    ProblemCode.KEY_TWICE: "is given twice. Give each key of an object once.",
    ProblemCode.PHONE_FORMAT: "must be a valid phone with its country code, such as 79261234567 or +44 20 7946 0958",
    ProblemCode.PHONE_AMBIGUOUS: (
        "is a valid number in two ways: {international}, or {national} as it is written in {country}. "
        "Write + and the country code."
    ),
    ProblemCode.PHONE_ERASED: (
        "belongs to a person whose data was erased. To accept it again, an administrator lifts its opt-out."
    ),
    ProblemCode.COUNTRY_UNKNOWN: "must be the two capital letters of a country, such as DE",
    ProblemCode.OPERATOR_CODE_FORMAT: "must be three digits, such as 926",
    ProblemCode.TIMEZONE_UNKNOWN: 'unknown time zone "{timezone}". Use an IANA name such as Europe/Moscow.',
    ProblemCode.TAG_LENGTH: "must have 1 to {max_length} characters",
    ProblemCode.TAG_CHARACTERS: "must not have ; or |, which separate tags in a file",
    ProblemCode.TAGS_TOO_MANY: "must have at most {max_items} tags",
    ProblemCode.TAGS_TWO_WAYS: "must not be given together with add_tags or remove_tags",
    ProblemCode.TAG_ADDED_AND_REMOVED: "must not have the tag {tag}, which is also in add_tags",
    ProblemCode.PHONE_NOT_OF_PATH: "must be the phone of the path. To change the phone of a client, use PATCH.",
    ProblemCode.PHONE_NOT_REPEATED: "must be the phone of the path, typed again",
    ProblemCode.BULK_CLIENTS: "must name the clients either by filter or by phones",
    ProblemCode.BULK_CHANGE: "must have tags to add or to remove, or delete alone",
    ProblemCode.NAME_FORMAT: 'invalid name "{name}". Use 1 to {max_length} letters, digits or _, with no digit first.',
    ProblemCode.ATTRIBUTES_TOO_MANY: "must have at most {max_items} attributes",
    ProblemCode.ATTRIBUTE_NAME_RESERVED: "the name {name} is reserved for a field of the client. Use another name.",
    ProblemCode.ATTRIBUTE_TOO_LONG: "{name} must have at most {max_length} characters",
    ProblemCode.ATTRIBUTE_NUMBER_RANGE: "{name} must be a number between -{largest} and {largest}",
    ProblemCode.TEXT_LENGTH: "must have 1 to {max_length} characters",
    ProblemCode.TEXT_BLANK: "must have a visible character when its placeholders have their defaults",
    ProblemCode.TEXT_SEGMENTS: "takes {segments} SMS. Shorten it to at most {max_segments}.",
    ProblemCode.PLACEHOLDER_FORMAT: (
        "invalid placeholder {{{placeholder}}}. Use a name of 1 to {max_length} letters, digits or _, "
        "with no digit first."
    ),
    ProblemCode.BRACE_UNBALANCED: "unbalanced {brace} at character {position}. Write {{{{ and }}}} for braces.",
    ProblemCode.ATTRIBUTES_UNKNOWN: "no client has these attributes: {names}. Give a default, as in {{name|default}}.",
    ProblemCode.ATTRIBUTES_MISSPELT: "no client has these attributes: {names}. Did you mean {similar}?",
    ProblemCode.VALUE_MISSING: "the client has no {name}. Give the text a default, as in {{name|default}}.",
    ProblemCode.NUL_CHARACTER: "must not have NUL characters",
    ProblemCode.SURROGATE_CHARACTER: "must not have unpaired surrogates",
    ProblemCode.INVISIBLE_CHARACTER: "has the invisible character {code_point}. Remove it.",
    ProblemCode.FILTER_EMPTY: "must name a list. To select every client, give empty lists.",
    ProblemCode.WINDOW_EMPTY: "start and end must differ. Omit the window to send at any hour.",
    ProblemCode.WINDOW_SECONDS: "start and end must be whole minutes of local time",
    ProblemCode.WINDOW_FORMAT: "start and end must be times like 09:00",
    ProblemCode.END_BEFORE_START: "must be after starts_at",
    ProblemCode.END_IN_PAST: "must be in the future",
    ProblemCode.TIME_FORMAT: "must be a time with an offset, such as 2026-11-23T10:00:00Z",
    ProblemCode.TIME_RANGE: "must be between {first_year} and {last_year}",
    ProblemCode.TIME_IN_FUTURE: "must not be in the future",
    ProblemCode.CONSENT_TIME_MISSING: "must be given together with consent_at, the time of the consent",
    ProblemCode.CSV_QUOTE_OPEN: (
        "has a quote in line {line} that is not closed properly, so nothing was stored. Put the closing quote directly "
        "before a separator or the end of a line, and write a quote inside a quoted field twice."
    ),
    ProblemCode.CSV_ROW_TOO_LONG: (
        "has {fields} fields in line {line}, but the header has {expected}, so nothing was stored. "
        "Quote a field that has the separator in it."
    ),
    ProblemCode.CSV_COLUMNS_MISSING: "must have the columns {columns}, separated by commas, semicolons or TABs",
    ProblemCode.CSV_COLUMN_TWICE: "must name each column once",
    ProblemCode.CSV_COLUMN_UNKNOWN: "has the unknown column {column}. Use {columns}.",
    ProblemCode.CSV_FIELD_COUNT: "has {fields} fields, but the header has {expected}",
    ProblemCode.CSV_TOO_MANY_REFUSED: (
        "has more than {max_rows:,} invalid rows, so nothing was stored. The first is line {line}: {reason}"
    ),
    ProblemCode.CSV_TOO_MANY_ROWS: (
        "has more than {max_rows:,} rows, so nothing was stored. Import it by POST import/, which takes larger files."
    ),
    ProblemCode.CSV_TOO_LARGE: (
        "The file is too large for this call. Send at most {max_bytes} bytes and {max_rows:,} rows, "
        "or import it by POST import/."
    ),
    ProblemCode.CSV_ROWS_TO_SPLIT: "has more than {max_rows:,} rows, so nothing was stored. Split the file.",
    ProblemCode.CSV_SIZE_TO_SPLIT: (
        "The file is too large. Split it into files of at most {max_bytes} bytes and {max_rows:,} rows."
    ),
    ProblemCode.CSV_ROW_OVERRIDDEN: "line {line} has the same phone and was stored in its place",
    ProblemCode.GZIP_DAMAGED: "is a gzip file that is damaged or was cut off. Upload it again.",
    ProblemCode.FIELD_MISSING: "is required",
    ProblemCode.FIELD_UNKNOWN: "is not a known field. Omit it.",
    ProblemCode.NOT_TEXT: "must be a string",
    ProblemCode.NOT_INTEGER: "must be an integer",
    ProblemCode.NOT_NUMBER: "must be a finite number",
    ProblemCode.NOT_BOOLEAN: "must be true or false",
    ProblemCode.NOT_LIST: "must be a list",
    ProblemCode.NOT_OBJECT: "must be an object",
    ProblemCode.NOT_DATE: "must be a date, such as 2026-11-23",
    ProblemCode.NOT_ALLOWED: "must be {expected}",
    ProblemCode.TOO_SHORT: "must have at least {min_length} characters",
    ProblemCode.TOO_LONG: "must have at most {max_length} characters",
    ProblemCode.ITEMS_TOO_FEW: "must have {min_items} or more items",
    ProblemCode.ITEMS_TOO_MANY: "must have {max_items} or fewer items",
    ProblemCode.BELOW_MINIMUM: "must be at least {minimum}",
    ProblemCode.ABOVE_MAXIMUM: "must be at most {maximum}",
    ProblemCode.NOT_BELOW_LIMIT: "must be less than {limit}",
    ProblemCode.CLOCK_TIME_FORMAT: "must be a time of day as HH:MM, such as 09:00",
    ProblemCode.PHONE_PART_FORMAT: "must be 1 to 15 digits, with or without + and separators",
    ProblemCode.INVALID_VALUE: "invalid value: {reason}",
}
