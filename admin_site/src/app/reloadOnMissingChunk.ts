const RELOADED_AT = "reloaded_at";
const AGAIN_AFTER_MS = 30_000;

/**
 * Reload the page when a chunk of the site cannot be fetched, for example after a deployment: browsers never retry a
 * failed import. A chunk that is still missing after a reload shows its error.
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
