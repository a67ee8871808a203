const RELOADED_AT = "reloaded_at";
const AGAIN_AFTER_MS = 30_000;

/**
 * Loads the page anew when a part of the site cannot be fetched, as after a deployment or a moment without network: a
 * failed import is never tried again by itself. At most once in a while, so that a part that stays away is seen.
 */
export function reloadOnMissingChunk(): void {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(RELOADED_AT));
    if (!navigator.onLine || Date.now() - last < AGAIN_AFTER_MS) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    window.location.reload();
  });
}
