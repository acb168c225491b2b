// A browser's own recording has no length in its header, and can't be sought before its end was seen once.

const FAR = 1e9;

export function letSeek(player) {
  player.addEventListener("loadedmetadata", () => {
    if (player.duration !== Infinity) return;
    const known = () => {
      if (player.duration === Infinity) return;
      player.removeEventListener("durationchange", known);
      player.currentTime = 0;
    };
    player.addEventListener("durationchange", known);
    player.currentTime = FAR;
  });
}
