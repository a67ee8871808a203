"""`mailing/preview/`: reach and send times of a mailing that is not stored."""

from api.request_context import Context
from api.resources.mailings.forecast import Forecast
from api.resources.mailings.previews.schemas import Preview, PreviewPlaceholder, PreviewZone, Segments, Suppressed
from api.resources.mailings.representation import columns_of_input, require_period, require_valid_text
from api.resources.mailings.schemas import MailingInput, MailingWarning
from api.routing import Routes
from notifications.contracts.enumerations import Role
from notifications.mailings.mailing import MailingSettings
from notifications.mailings.preview import preview
from notifications.mailings.warnings import warnings_of
from notifications.statistics.mailing_forecast import forecast_settings

routes = Routes("mailings")


@routes.post("/mailing/preview/", role=Role.viewer, summary="Preview a mailing", conflicts=False)
def preview_mailing(context: Context, new: MailingInput) -> Preview:
    """Show how many clients a mailing would reach and when, without storing it.

    The forecast says how many clients its end comes too early for, at its maximum rate. `placeholders` says how many
    clients lack a value. `suppressed` counts the clients who get no message since they have opted out of the category,
    or have not consented to marketing where the stack requires it.

    A very large audience is estimated from a sample of its clients; `estimated` is then true.
    """
    require_period(new.starts_at, new.ends_at, now=context.now())
    settings = MailingSettings(**columns_of_input(new, context.catalog().default_on_unknown))
    with context.transaction() as connection:
        require_valid_text(context, connection, settings.text)
        found = preview(
            connection,
            settings,
            now=context.now(),
            max_segments=context.max_segments(),
            requires_consent=context.requires_consent(),
        )
        warnings = [*warnings_of(connection, settings), *found.warnings]
    return Preview(
        audience=found.audience,
        suppressed=Suppressed.model_validate(found.suppressed),
        unreachable=found.unreachable,
        default_timezones=found.default_timezones,
        estimated=found.is_estimated,
        segments=Segments.model_validate(found.longest),
        typical=Segments.model_validate(found.typical),
        sampled_texts=found.sampled_texts,
        placeholders=[PreviewPlaceholder.model_validate(each) for each in found.text.placeholders],
        too_long=found.text.too_long,
        zones=[PreviewZone.model_validate(zone) for zone in found.zones],
        forecast=Forecast.model_validate(forecast_settings(settings, found.by_zone, context.now())),
        warnings=[MailingWarning.model_validate(each) for each in warnings],
    )
