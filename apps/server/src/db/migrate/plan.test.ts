import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NIL_VERSION, type Plan, planDown, planGoto, planUp } from './plan.ts';

const migrations = [1, 2, 5].map((version) => ({
  version,
  up: { title: 't', path: `${version}.up.sql` },
  down: version === 2 ? undefined : { title: 't', path: `${version}.down.sql` },
}));

function brief({ steps }: Plan): string {
  return steps.map((step) => `${step.version}>${step.target}`).join(' ');
}

describe('planning', () => {
  it('goes up from where the database is', () => {
    expect(brief(planUp(migrations, NIL_VERSION))).toBe('1>1 2>2 5>5');
    expect(brief(planUp(migrations, 1, 1))).toBe('2>2');
    expect(brief(planUp(migrations, 5))).toBe('');
  });

  it('goes down to the version before, and at last to none', () => {
    expect(brief(planDown(migrations, 5))).toBe('5>2 2>1 1>-1');
    expect(brief(planDown(migrations, 5, 1))).toBe('5>2');
    expect(planDown(migrations, 2, 1).steps[0]?.file).toBeUndefined();
  });

  it('goes to a version from either side', () => {
    expect(brief(planGoto(migrations, NIL_VERSION, 2))).toBe('1>1 2>2');
    expect(brief(planGoto(migrations, 5, 1))).toBe('5>2 2>1');
    expect(brief(planGoto(migrations, 2, 2))).toBe('');
  });

  it('tells when fewer migrations exist than were asked for', () => {
    expect(planUp(migrations, 2, 3).shortfall?.message).toBe('limit 2 short');
    expect(planUp(migrations, 5, 3).shortfall?.message).toBe('file does not exist');
    expect(planDown(migrations, 1, 2).shortfall?.message).toBe('limit 1 short');
    expect(planUp(migrations, 5, 0).shortfall).toBeUndefined();
  });

  it('refuses versions that have no file', () => {
    expect(() => planUp(migrations, 3)).toThrow('no migration found for version 3');
    expect(() => planGoto(migrations, 1, 4)).toThrow('no migration found for version 4');
    expect(() => planUp([], NIL_VERSION)).toThrow('no migrations found');
  });

  it('finds nothing to do on a database that a newer release has migrated', () => {
    expect(brief(planUp(migrations, 6))).toBe('');
    expect(planUp(migrations, 6, 1).shortfall?.message).toBe('file does not exist');
    expect(() => planDown(migrations, 6)).toThrow('no migration found for version 6');
  });

  it('comes back to where it was, whatever way it went', () => {
    const place = fc.constantFrom(1, 2, 5);
    fc.assert(
      fc.property(place, place, (from, to) => {
        const there = planGoto(migrations, from, to).steps;
        const back = planGoto(migrations, to, from).steps;
        expect(back.map(({ version }) => version).reverse()).toEqual(
          there.map(({ version }) => version),
        );
        expect(there.at(-1)?.target ?? from).toBe(to);
      }),
    );
  });
});
