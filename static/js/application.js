// The steps of an application save themselves as one types: the same form, posted; what the server says is shown and
// announced. Without this script, the buttons save.
const WAIT = 2000; // ms after the last key
const form = document.querySelector("form[data-autosave]");

if (form) {
  const status = form.querySelector("[data-saved]");
  let timer = null;
  let unsaved = false;
  let saving = null;
  let running = false;

  async function post() {
    unsaved = false;
    running = true;
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: true,
      });
      if (response.type === "opaqueredirect" || response.status === 403) {
        return say("Pas enregistré : vous n'êtes plus connecté. Connectez-vous dans un autre onglet, puis enregistrez ici.");
      }
      const { message, seen } = await response.json();
      if (seen) form.elements.seen.value = seen;
      say(message);
    } catch {
      unsaved = true;
      say("Pas enregistré : le site ne répond pas. Vérifiez votre connexion, puis enregistrez.");
    } finally {
      running = false;
    }
  }

  function say(message) {
    status.textContent = message;
  }

  // One after the other: the second must know what the first has stored.
  function save() {
    clearTimeout(timer);
    saving = Promise.resolve(saving).then(() => unsaved && post());
  }

  for (const type of ["input", "change"]) {
    form.addEventListener(type, () => {
      unsaved = true;
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    });
  }
  form.addEventListener("submit", async (event) => {
    unsaved = false;
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault(); // what is being saved first: else the server would believe in another tab
    await saving;
    form.requestSubmit(event.submitter);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && unsaved) save();
  });
}
