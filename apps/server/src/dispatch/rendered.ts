/** A reply whose JSON was already written for the event of the same change. */
export class Rendered<Value> {
  readonly value: Value;
  readonly json: string;

  constructor(value: Value, json: string) {
    this.value = value;
    this.json = json;
  }
}
