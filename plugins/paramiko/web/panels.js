// The panels at the side: at most one is open.
const panels = [...document.querySelectorAll(".panel")];
const opener = (panel) => document.getElementById(`open-${panel.id}`);

const opened = () => panels.find((panel) => !panel.hidden) ?? null;

export const isOpen = (id) => opened()?.id === id;

export function closePanel() {
  const panel = opened();
  if (panel === null) return;
  const button = opener(panel);
  const wasInside = panel.contains(document.activeElement);
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  panel.dispatchEvent(new Event("panelclose"));
  if (wasInside) button.focus();
}

export function openPanel(id) {
  closePanel();
  const panel = document.getElementById(id);
  panel.hidden = false;
  opener(panel).setAttribute("aria-expanded", "true");
  panel.dispatchEvent(new Event("panelopen"));
  panel.querySelector("input:not([type=file]), select, button:not([data-close])")?.focus();
}

for (const panel of panels) {
  opener(panel).addEventListener("click", () => (isOpen(panel.id) ? closePanel() : openPanel(panel.id)));
  panel.querySelector("[data-close]").addEventListener("click", closePanel);
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    closePanel();
  });
}
