// Which points of the tracks' figure are drawn, for a filter and a length of the visible window.
//
// The server has placed every mark: those of single signals and, on each level of zoom, those of runs
// ("n signals"). Nothing is placed here. A run of which only some signals are shown would say what is
// not so; its signals are drawn one by one instead, as they are on the last level.

export const INDEX = "quality_index"; // the score that stands in the tracks unless another is chosen

// Returns the level for a window of this length: its place among `levels`.
export function levelFor(levels, lengthS) {
  const place = levels.findIndex(({ fromWindowS }) => lengthS >= fromWindowS - 1e-6);
  return place < 0 ? levels.length - 1 : place;
}

// Returns for each trace of signals, in the order of the figure, whether it is visible and the y of
// its points, null for one that is not drawn.
export function drawnMarks({ always, levels }, level, isShown) {
  const split = new Set();
  for (const { members } of levels[level].traces) {
    for (const ids of members) {
      if (ids.length > 1 && ids.some(isShown) && !ids.every(isShown)) for (const id of ids) split.add(id);
    }
  }
  const drawn = ({ y, members }, isDrawn) => ({
    visible: true,
    y: y.map((height, place) => (isDrawn(members[place]) ? height : null)),
  });
  const hidden = ({ y }) => ({ visible: false, y });
  const allShown = (ids) => ids.every(isShown);
  const last = levels.length - 1;
  return [
    ...always.map((trace) => drawn(trace, allShown)),
    ...levels.flatMap(({ traces }, place) => {
      if (place === level) return traces.map((trace) => drawn(trace, allShown));
      if (place === last && split.size)
        return traces.map((trace) => drawn(trace, ([id]) => split.has(id) && isShown(id)));
      return traces.map(hidden);
    }),
  ];
}

// Returns where signals are, each [from, to] in seconds, joined across less than `joinedS` and at least
// that long; `signals` come in the order of their starts.
export function joinedSpans(signals, joinedS) {
  const spans = [];
  for (const { start, end } of signals) {
    const last = spans.at(-1);
    if (last && start <= last[1] + joinedS) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans.map(([from, to]) => [from, Math.max(to, from + joinedS)]);
}
