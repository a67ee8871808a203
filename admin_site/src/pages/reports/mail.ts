const STYLE = "data-style";

/** A mail's markup with its inline styles set aside, since the page's policy lets no markup bring its own. */
export function withoutStyles(html: string): string {
  return html.replace(/ style=/g, ` ${STYLE}=`);
}

/** Put a mail into a document; its styles are set one by one, as a script of the page may, and its links open outside. */
export function renderMail(page: Document, html: string): void {
  page.documentElement.innerHTML = withoutStyles(html);
  for (const element of page.querySelectorAll<HTMLElement>(`[${STYLE}]`)) {
    element.style.cssText = element.getAttribute(STYLE) ?? "";
  }
  for (const link of page.querySelectorAll("a")) link.target = "_blank";
}
