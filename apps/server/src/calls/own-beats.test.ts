import { describe, expect, it } from 'vitest';
import { OwnBeats } from './own-beats.ts';

describe('the beats of this node', () => {
  const beating = (...seconds: readonly number[]): OwnBeats => {
    const beats = new OwnBeats();
    for (const second of seconds) beats.beaten(second * 1_000);
    return beats;
  };

  it('let it judge once whoever waited longest between two tries could be back', () => {
    const beats = beating(100, 105, 110, 115, 120, 125, 130);
    expect(beats.unbrokenMs(130_000)).toBe(30_000);
    expect(beats.maySettle(130_000)).toBe(false);
    expect(beats.maySettle(130_001)).toBe(true);
  });

  it('are none before the first', () => {
    expect(beating().unbrokenMs(1)).toBe(0);
    expect(beating().maySettle(1_000_000)).toBe(false);
  });

  it('begin anew after a pause in which the others had to think it dead', () => {
    const beats = beating(100, 115, 130, 145);
    expect(beats.maySettle(145_000)).toBe(true);
    expect(beats.maySettle(160_001)).toBe(false);
    beats.beaten(161_000);
    expect(beats.unbrokenMs(162_000)).toBe(1_000);
    expect(beats.maySettle(162_000)).toBe(false);
  });
});
