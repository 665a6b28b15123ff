// What goes on beside the site, drawn anew in place. Without this script, the page reloads.
const WAIT = 3000; // ms
const shown = document.querySelector("[data-progress]");

async function draw() {
  try {
    const response = await fetch(location.href, { redirect: "manual" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-progress]");
    if (!fresh) return location.reload(); // it is over, or one is signed out
    // Only what has changed is announced.
    if (fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
  } catch {
    // The site does not answer: what is shown stays until it does.
  }
  setTimeout(draw, WAIT);
}

if (shown) setTimeout(draw, WAIT);
