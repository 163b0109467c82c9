// Small parts of the panels.
export const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.append(use);
  return svg;
};

export const span = (className, text) => {
  const result = document.createElement("span");
  result.className = className;
  result.textContent = text;
  return result;
};

export const tool = (name, label, action) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tool";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(icon(name));
  button.addEventListener("click", action);
  return button;
};
