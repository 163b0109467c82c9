// A question with a field for the answer, or without one.
const dialog = document.getElementById("ask");
const title = document.getElementById("ask-title");
const field = document.getElementById("ask-field");
const label = document.getElementById("ask-label");
const input = document.getElementById("ask-input");
const yes = document.getElementById("ask-yes");

// It is no way to submit: Enter in the field would take the first one, which it is.
document.getElementById("ask-no").addEventListener("click", () => dialog.close());

// The text, or null for none. Without `value` there is no field, and yes is "".
export async function ask({ question, name = "", value = null, answer }) {
  title.textContent = question;
  label.textContent = name;
  field.hidden = value === null;
  input.value = value ?? "";
  input.required = value !== null;
  yes.textContent = answer;
  dialog.returnValue = "";
  dialog.showModal();
  input.select();
  await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
  return dialog.returnValue === "yes" ? input.value : null;
}
