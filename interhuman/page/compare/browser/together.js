// The playhead of several recordings on one axis, and their players: locked, all of them at its place, or each alone.

import { clamp } from "../../browser/dom.js";

const DRIFT_S = 0.02; // less than this nobody sees or hears
const LOST_S = 0.4; // more than this is made up for by a jump, which stops the picture, not by speed
const CATCH_UP_S = 0.5; // the time in which most of a drift is made up for
const MAX_NUDGE = 0.25;
const CORRECT_EVERY_MS = 200;
const [MIN_RATE, MAX_RATE] = [0.0625, 16]; // what browsers can do

export class Together {
  // Each of the `members` has: player, axis, lengthS. `changed` is called when something plays, stops or is moved.
  constructor(members, changed, now = () => performance.now()) {
    this.members = members;
    this.active = members[0]; // the one that was used last
    this.#changed = changed;
    this.#now = now;
    this.#states = new Map(members.map((member) => [member, { isAsked: false, rate: 1, correctedMs: 0 }]));
  }

  isLocked = true;
  #changed;
  #now;
  #states; // by member: whether it was asked to play, and how fast
  #place = 0;
  #playing = false;
  #speed = 1;
  #lead = null; // the one that all others follow
  #tickedMs = 0;

  get playing() {
    return this.isLocked ? this.#playing : this.members.some(({ player }) => player.playing);
  }

  // Where the playhead is on the axis; alone each has its own, and this is that of the one used last.
  get place() {
    return this.isLocked ? this.#place : this.active.axis.at(this.active.player.time);
  }

  // Where the playhead is in the time of a recording, which may be before its beginning or after its end.
  timeOf(member) {
    return this.isLocked ? member.axis.own(this.#place) : member.player.time;
  }

  get #whole() {
    return this.members[0].axis.whole;
  }

  // ---- what the reader asks for ---------------------------------------------------------------

  // To a time of one recording; locked, all others go to the same place.
  seek(member, seconds) {
    this.active = member;
    if (this.isLocked) this.#moveTo(member.axis.at(seconds));
    else member.player.seek(clamp(seconds, 0, member.lengthS));
    this.#changed();
  }

  toggle() {
    if (!this.isLocked && this.active.player.playing) this.active.player.pause();
    else if (!this.isLocked) this.active.player.play();
    else if (this.#playing) this.#pause();
    else this.#play();
    this.#changed();
  }

  lock(isLocked) {
    if (isLocked === this.isLocked) return;
    const { place } = this;
    const { playing } = this.active.player;
    const wasPlaying = isLocked ? playing : this.#playing;
    this.isLocked = isLocked;
    for (const member of this.members) this.#setRate(member, this.#rateOf(member));
    this.#playing = false;
    if (isLocked) {
      this.#pauseAll();
      this.#moveTo(place);
      if (wasPlaying) this.#play();
    }
    this.#changed();
  }

  // Takes in that the axes of members are others now; what is at the playhead of the first stays there.
  axesChanged(place) {
    if (!this.isLocked) return;
    this.#moveTo(place);
    for (const member of this.members) this.#setRate(member, this.#rateOf(member));
  }

  // Takes in another player of a member, at the time of the one before.
  playerAttached(member, seconds) {
    const state = this.#states.get(member);
    Object.assign(state, { isAsked: false, rate: 1 });
    member.player.seek(clamp(this.isLocked ? member.axis.own(this.#place) : seconds, 0, member.lengthS));
    this.#setRate(member, this.#rateOf(member));
  }

  #moveTo(place) {
    this.#place = clamp(place, ...this.#whole);
    for (const member of this.members) {
      const own = clamp(member.axis.own(this.#place), 0, member.lengthS);
      if (Math.abs(member.player.time - own) > 0.001) member.player.seek(own);
    }
  }

  #play() {
    if (this.#place >= this.#whole[1] - 1e-6) this.#moveTo(this.#whole[0]);
    this.#playing = true;
    this.#lead = null;
    this.#tickedMs = this.#now();
    for (const member of this.members) this.#keep(member);
  }

  #pause() {
    this.#playing = false;
    this.#pauseAll();
    this.#moveTo(this.#place);
  }

  #pauseAll() {
    for (const member of this.members) this.#stop(member);
  }

  #stop(member) {
    this.#states.get(member).isAsked = false;
    if (member.player.playing) member.player.pause();
  }

  // ---- while it plays -------------------------------------------------------------------------

  // Runs with the display while something plays.
  tick() {
    if (!this.isLocked || !this.#playing) return;
    const now = this.#now();
    this.#lead = this.#nextLead();
    if (this.#lead) this.#place = this.#lead.axis.at(this.#lead.player.time);
    else if (!this.#isWaiting) this.#place += ((now - this.#tickedMs) / 1000) * this.#speed * this.#pace;
    this.#tickedMs = now;
    if (this.#place >= this.#whole[1] - 1e-6) {
      this.#place = this.#whole[1];
      this.#playing = false;
      this.#pauseAll();
      return this.#changed();
    }
    for (const member of this.members) this.#keep(member);
  }

  // How far the axis goes in a second: as far as the first recording does.
  get #pace() {
    return this.members[0].axis.perSecond;
  }

  // What the playhead follows: a recording before a clock, and the same one as long as it runs.
  #nextLead() {
    const running = this.members.filter((member) => this.#states.get(member).isAsked && member.player.isRunning);
    const best = running.filter(({ player }) => player.media);
    if (best.includes(this.#lead) || (best.length === 0 && running.includes(this.#lead))) return this.#lead;
    return best[0] ?? running[0] ?? null;
  }

  // Whether something is about to play, for which the playhead waits.
  get #isWaiting() {
    return this.members.some((member) => this.#states.get(member).isAsked && !hasEnded(member));
  }

  // Has a member play where the playhead is within it, and not elsewhere.
  #keep(member) {
    const { player, axis, lengthS } = member;
    const own = axis.own(this.#place);
    const state = this.#states.get(member);
    if (own < 0 || own >= lengthS || (player.ended && own >= player.time - LOST_S)) return this.#stop(member);
    if (state.isAsked && !player.hasFailed) return this.#correct(member, own - player.time);
    if (Math.abs(own - player.time) > DRIFT_S) player.seek(own);
    state.isAsked = !player.hasFailed; // without one that failed, the playhead goes on as over a clock
    if (state.isAsked) player.play();
  }

  // Brings a member to where it is to be, which it is `behindS` behind: as nobody notices, if it is not far.
  #correct(member, behindS) {
    const state = this.#states.get(member);
    const now = this.#now();
    if (member === this.#lead) return this.#setRate(member, this.#rateOf(member));
    if (!member.player.isRunning || now - state.correctedMs < CORRECT_EVERY_MS) return;
    state.correctedMs = now;
    const isLost = Math.abs(behindS) > LOST_S;
    if (isLost) member.player.seek(clamp(member.player.time + behindS, 0, member.lengthS));
    const nudge = isLost || Math.abs(behindS) < DRIFT_S ? 0 : clamp(behindS / CATCH_UP_S, -MAX_NUDGE, MAX_NUDGE);
    this.#setRate(member, this.#rateOf(member) * (1 + nudge));
  }

  // How fast a member plays: in percent of the length, a longer one plays faster.
  #rateOf({ axis }) {
    return this.isLocked ? (this.#speed * this.#pace) / axis.perSecond : this.#speed;
  }

  #setRate(member, wanted) {
    const state = this.#states.get(member);
    const rate = clamp(wanted, MIN_RATE, MAX_RATE);
    if (Math.abs(rate - state.rate) < 0.002) return;
    state.rate = rate;
    member.player.speed = rate;
  }

  // ---- what players report --------------------------------------------------------------------

  // Takes in what was done with a player's own controls.
  playerChanged(member) {
    const state = this.#states.get(member);
    const { player } = member;
    if (Math.abs(player.speed - state.rate) > 0.001) {
      state.rate = player.speed;
      if (this.isLocked) this.#speed = (player.speed * member.axis.perSecond) / this.#pace;
      if (this.isLocked) for (const each of this.members) this.#setRate(each, this.#rateOf(each));
    }
    if (!this.isLocked) {
      if (player.playing || player.isMovedByHand) this.active = member;
    } else if (player.hasFailed) {
      state.isAsked = false;
    } else if (player.isMovedByHand) {
      this.active = member;
      this.#moveTo(member.axis.at(player.time));
    } else if (player.playing && !this.#playing) {
      this.#moveTo(member.axis.at(player.time));
      state.isAsked = true;
      this.#play();
    } else if (state.isAsked && !player.playing && !hasEnded(member)) this.#pause();
    this.#changed();
  }
}

const hasEnded = ({ player }) => player.ended;
