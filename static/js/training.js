// The buttons of a training's page: print it, copy its address.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-print], button[data-copy]");
  if (!button) return;
  if ("print" in button.dataset) return print();
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
    document.querySelector("[data-copy-status]").textContent = button.dataset.done;
  } catch {
    field.select(); // not allowed here: the person copies it
  }
});
