import { SignIn } from './session/SignIn.tsx';
import { SessionProvider, session } from './session/session.ts';
import { Shell } from './shell/Shell.tsx';

export function App() {
  const current = session.value;
  if (current === null) return <SignIn />;
  return (
    <SessionProvider value={current} key={current.userId}>
      <Shell />
    </SessionProvider>
  );
}
