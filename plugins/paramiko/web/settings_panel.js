import { isSettingsKey } from "./settings.js";

const form = document.getElementById("settings-form");
const fields = [...form.elements].filter((field) => field.name);

// Keeps the form and the settings alike.
export function tieSettings(settings) {
  const show = () => {
    for (const field of fields) {
      const value = settings.values[field.name];
      if (field.type === "checkbox") field.checked = value;
      else if (document.activeElement !== field || field.tagName === "SELECT") field.value = String(value);
    }
  };
  form.addEventListener("change", ({ target }) => {
    if (!target.name) return;
    settings.set(target.name, target.type === "checkbox" ? target.checked : target.value);
    if (target.type === "number") target.value = String(settings.values[target.name]);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  settings.addEventListener("change", show);
  window.addEventListener("storage", ({ key }) => {
    if (isSettingsKey(key)) settings.reload();
  });
  show();
}
