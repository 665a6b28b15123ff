// The list follows the filters as they change: same addresses, history and focus kept, the count announced.
// Parts replaced by those of the same id in the answer. The accordions of the filters stay as they are.
const LIVE = "#resultats, #filtre-tri, #filtres fieldset";

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
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll(LIVE)) part.replaceChildren(...page.getElementById(part.id).childNodes);
  if (focused !== "filtre-q") document.getElementById("filtre-q").value = page.getElementById("filtre-q").value;
  document.title = page.title;
  document.getElementById(focused)?.focus();
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
