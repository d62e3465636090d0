// What was shown before, to go back to: bytes and version, bounded in number and in bytes.

const MOST_STEPS = 200;
const MOST_BYTES = 32 << 20;

export class History {
  constructor() {
    Object.assign(this, { past: [], future: [] });
  }

  /** `typing`: belongs to the step before, when that was typing too. */
  push(step, typing = false) {
    this.future = [];
    const last = this.past[this.past.length - 1];
    if (typing && last?.typing) this.past.pop();
    this.past.push({ ...step, typing });
    let held = this.past.reduce((sum, { bytes }) => sum + bytes.length, 0);
    while (this.past.length > MOST_STEPS || (held > MOST_BYTES && this.past.length > 1)) held -= this.past.shift().bytes.length;
  }

  get canUndo() {
    return this.past.length > 1;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  undo() {
    if (!this.canUndo) return null;
    this.future.push(this.past.pop());
    return this.past[this.past.length - 1];
  }

  redo() {
    if (!this.canRedo) return null;
    this.past.push(this.future.pop());
    return this.past[this.past.length - 1];
  }
}
