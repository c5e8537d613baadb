import { Component, type ComponentType, createElement } from 'preact';

/** Draws a component again only when one of its properties is another one than before. */
export function memo<Props extends object>(
  Drawn: (props: Props) => preact.ComponentChild,
): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const before = this.props as Record<string, unknown>;
      const after = next as Record<string, unknown>;
      return Object.keys({ ...before, ...after }).some((name) => before[name] !== after[name]);
    }

    render() {
      return createElement(Drawn as ComponentType<Props>, this.props as Props);
    }
  };
}
