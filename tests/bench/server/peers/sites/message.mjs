// What the message consumer says beside the text itself.

// YYYY-MM-DD HH:MM:SS in the time zone of this process.
function localTime() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `${day} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}

export const stamped = (text) => `${localTime()}收到消息：${text}`;
