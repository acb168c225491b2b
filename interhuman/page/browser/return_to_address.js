// Brings whoever signs in back to the address that they came with: the provider returns to the page
// alone. The address waits in this tab and is gone once it was used, or after ten minutes.

const KEPT_AS = "interhuman-return-to";
const KEPT_FOR_MS = 600_000;

export default function ({ data: { signedIn, address } }) {
  if (!signedIn) {
    if (address) sessionStorage.setItem(KEPT_AS, JSON.stringify({ address, at: Date.now() }));
    return;
  }
  const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
  sessionStorage.removeItem(KEPT_AS);
  if (kept && !location.search && Date.now() - kept.at < KEPT_FOR_MS) {
    location.replace(`${location.pathname}?${kept.address}`);
  }
}
