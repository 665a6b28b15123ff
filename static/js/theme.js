// Before the first paint: the theme chosen on an earlier visit, so that a dark page does not flash white.
const scheme = localStorage.getItem("scheme");
if (scheme) {
  document.documentElement.dataset.frScheme = scheme;
}
const dark = scheme === "dark" || (scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.frTheme = dark ? "dark" : "light";
