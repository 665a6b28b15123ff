// The list follows the filters as they change: same addresses, history and focus kept, the count announced.
// Parts replaced by those of the same id in the answer. The accordions of the filters stay as they are.
const LIVE = "#resultats, #filtre-tri, #filtres fieldset";

// How to find it again once replaced: its id, or what it would send (the boxes of the filters have no id).
function nameOf(element) {
  if (element?.id) return `#${CSS.escape(element.id)}`;
  if (element?.form?.id !== "filtres") return "";
  return `#filtres [name="${element.name}"][value="${CSS.escape(element.value)}"]`;
}

async function show(url, { push }) {
  let page;
  try {
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (!response.ok) throw new Error(response.status);
    page = new DOMParser().parseFromString(await response.text(), "text/html");
  } catch {
    location.assign(url); // the browser says what is wrong
    return;
  }
  const focused = nameOf(document.activeElement);
  for (const part of document.querySelectorAll(LIVE)) part.replaceChildren(...page.getElementById(part.id).childNodes);
  if (focused !== "#filtre-q") document.getElementById("filtre-q").value = page.getElementById("filtre-q").value;
  document.title = page.title;
  if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
  document.getElementById("annonce").textContent = document.getElementById("compte").textContent;
  if (push) history.pushState(null, "", url);
}

function address(form) {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  return `${form.action}?${query}`;
}

document.addEventListener("change", (event) => {
  if (event.target.form?.id === "filtres") show(address(event.target.form), { push: true });
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "filtres") return;
  event.preventDefault();
  show(address(event.target), { push: true });
});
addEventListener("popstate", () => show(location.href, { push: false }));
