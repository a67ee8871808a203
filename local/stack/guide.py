"""What a person can do with a running stack."""

from local.console import console
from local.settings import Settings
from local.stack.description import Stack

TEXT = """
[bold]The stack is up.[/]

  Admin site {admin_site}
  REST API   {stack.api_url}
  Its pages  {stack.docs_url}
  Provider   {stack.provider_url}
  Mails      {stack.mail_url}
  Login      {stack.username}
  Password   {stack.password}

[bold]To try next[/], lines to paste{where}:

  TOKEN=$(make -s token)
  curl -H "Authorization: Bearer $TOKEN" "{stack.api_url}mailing/"
  curl -H "Authorization: Bearer $TOKEN" "{stack.api_url}client/?tag=vip&limit=3"
  curl -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \\
    -d '{{"phone": "79261234567", "timezone": "Europe/Moscow", "tags": ["vip"]}}' "{stack.api_url}client/"
  make report   [dim]# today's report, by mail[/]
  make status   [dim]# what runs; logs are in {settings.local_dir}/logs[/]{end}
"""
END = "\n  make down     [dim]# ends it, keeps the data[/]"
SHELL = " into the shell of [bold]docker compose exec machine bash[/]"


def show(settings: Settings, stack: Stack) -> None:
    """Say where everything is, and what to try."""
    where, end = (SHELL, "") if settings.servers == "given" else ("", END)
    text = TEXT.format(
        stack=stack,
        admin_site=stack.admin_url or "left out: see above",
        settings=settings,
        where=where,
        end=end,
    )
    # Unwrapped, so that what is copied is whole.
    console.print(text, soft_wrap=True)
