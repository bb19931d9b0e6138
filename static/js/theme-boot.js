// Runs before the first paint, so that a chosen theme never flashes the other one. A plain script,
// because a module would be deferred; it must not grow.
(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  try {
    const theme = localStorage.getItem("aims-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; then the system's choice stands.
  }
})();
