import type { Locator } from 'playwright-core';
import type { Person } from './person.ts';

/** Somebody at a window, on the phone. */
export class Caller {
  readonly person: Person;

  constructor(person: Person) {
    this.person = person;
  }

  /** What rings, from whom. */
  ringing(from: string): Locator {
    return this.person.page.getByRole('region', { name: `Incoming call from ${from}` });
  }

  get stage(): Locator {
    return this.person.page.getByRole('region', { name: /^Call: / });
  }

  async press(button: string): Promise<void> {
    await this.stage.getByRole('button', { name: button, exact: true }).click();
  }

  async call(kind: 'Audio call' | 'Video call'): Promise<void> {
    await this.person.page.getByRole('button', { name: kind }).click();
    await this.stage.waitFor();
  }

  async answer(from: string, button: 'Accept' | 'Without camera' | 'Decline'): Promise<void> {
    await this.ringing(from).getByRole('button', { name: button }).click();
  }

  /** Waits until the picture of somebody moves: one frame and then another one. */
  async seesMoving(name: string): Promise<void> {
    const picture = this.stage.getByLabel(`Picture of ${name}`);
    await picture.evaluate(
      (video) =>
        new Promise<void>((resolve) => {
          const element = video as HTMLVideoElement;
          element.requestVideoFrameCallback(() => {
            element.requestVideoFrameCallback(() => resolve());
          });
        }),
    );
  }

  /** Waits for words that stand in the call. */
  async reads(words: string | RegExp): Promise<void> {
    await this.stage.getByText(words).first().waitFor();
  }

  async seesNoCall(): Promise<void> {
    await this.stage.waitFor({ state: 'detached' });
  }
}
