// Suggestions under a search field, as an ARIA combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
// Without this script the field is a plain one, and Enter always searches the words typed.
const WAIT = 150; // ms after the last key
const LETTERS = 2;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.chosen = -1;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "campus-suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Formations proposées");
    this.list.hidden = true;
    input.after(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    });
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("blur", () => this.close());
    // Before the blur, which would close the list under the pointer.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
  }

  async ask() {
    const words = this.input.value.trim();
    if (words.length < LETTERS) return this.close();
    try {
      const response = await fetch(`${this.input.dataset.suggestions}?q=${encodeURIComponent(words)}`);
      const { suggestions } = await response.json();
      if (words === this.input.value.trim() && document.activeElement === this.input) this.open(suggestions);
    } catch {
      this.close(); // the field still searches
    }
  }

  open(suggestions) {
    this.list.replaceChildren(
      ...suggestions.map(({ title, url, kind }, number) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = url;
        option.textContent = `${title} (${kind})`;
        return option;
      }),
    );
    this.choose(-1);
    this.list.hidden = suggestions.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.choose(-1);
    this.input.setAttribute("aria-expanded", "false");
  }

  choose(number) {
    this.list.children[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = number;
    const option = this.list.children[number];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  follow(option) {
    if (option) location.assign(option.dataset.url);
  }

  onKey(event) {
    if (this.list.hidden) return;
    const count = this.list.children.length;
    if (event.key === "ArrowDown") this.choose(this.chosen + 1 < count ? this.chosen + 1 : -1);
    else if (event.key === "ArrowUp") this.choose(this.chosen < 0 ? count - 1 : this.chosen - 1);
    else if (event.key === "Enter" && this.chosen >= 0) this.follow(this.list.children[this.chosen]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}

// On the document, as the catalogue replaces its form.
document.addEventListener("focusin", ({ target }) => {
  if (target.dataset?.suggestions && target.getAttribute("role") !== "combobox") new Suggestions(target);
});
