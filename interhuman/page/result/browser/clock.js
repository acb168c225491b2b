// Times as people read them, and round steps for an axis of them.

export function clock(seconds, tenths = false) {
  const whole = tenths ? Math.round(Math.max(seconds, 0) * 10) : Math.floor(Math.max(seconds, 0) + 1e-6) * 10;
  const pad = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 36000), Math.floor(whole / 600) % 60];
  const second = pad(Math.floor(whole / 10) % 60) + (tenths ? `.${whole % 10}` : "");
  return hours ? `${hours}:${pad(minutes)}:${second}` : `${minutes}:${second}`;
}

// Returns the times from `from` to `to` that are worth a label, at most one every `leastS` seconds.
export function ticks(from, to, leastS, stepsS, write = clock) {
  const step = stepsS.find((one) => one >= leastS) ?? Math.ceil(leastS / stepsS.at(-1)) * stepsS.at(-1);
  const times = [];
  for (let number = Math.ceil(from / step - 1e-9); number * step <= to + 1e-9; number += 1) times.push(number * step);
  return { times, labels: times.map((time) => write(time, step % 1 !== 0)) };
}
