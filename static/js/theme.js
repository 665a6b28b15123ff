// Before the first paint: the theme chosen on an earlier visit, so that a dark page does not flash white.
{
  let scheme = null;
  try {
    scheme = localStorage.getItem("scheme");
  } catch {
    // Storage is forbidden by the browser: follow the system.
  }
  if (["light", "dark", "system"].includes(scheme)) {
    document.documentElement.dataset.frScheme = scheme;
  }
  const dark = scheme === "dark" || (scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.frTheme = dark ? "dark" : "light";
}
