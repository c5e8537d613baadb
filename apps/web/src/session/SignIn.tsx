import { useState } from 'preact/hooks';
import { wordsOf } from '../shell/notice.ts';
import { Avatar } from '../ui/Avatar.tsx';
import mark from '../ui/nova.svg';
import { developmentToken, signsInByName } from './development-token.ts';
import { recentNames } from './identity.ts';
import { farewell, signIn } from './session.ts';

export function SignIn() {
  const [byToken, setByToken] = useState(!signsInByName());
  const [problem, setProblem] = useState(farewell.value);
  const [busy, setBusy] = useState(false);
  const enter = async (text: string): Promise<void> => {
    setBusy(true);
    try {
      if (byToken) signIn({ by: 'token', token: text });
      else signIn({ by: 'name', name: text, userId: (await developmentToken(text)).userId });
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <img class="sign-in-mark" src={mark} alt="" width="64" height="64" />
      <h1>Nova</h1>
      <p class="sign-in-lead">
        {byToken ? 'Sign in with a token of your service.' : 'Who are you? Any name will do.'}
      </p>
      <SignInForm
        key={String(byToken)}
        byToken={byToken}
        busy={busy}
        problem={problem}
        onEnter={(text) => void enter(text)}
      />
      {!byToken && <RecentNames onChoose={(name) => void enter(name)} />}
      {signsInByName() && (
        <button
          type="button"
          class="link-button"
          onClick={() => {
            setProblem(null);
            setByToken(!byToken);
          }}
        >
          {byToken ? 'Sign in with a name' : 'Use a token instead'}
        </button>
      )}
    </main>
  );
}

interface SignInFormProps {
  readonly byToken: boolean;
  readonly busy: boolean;
  readonly problem: string | null;
  readonly onEnter: (text: string) => void;
}

function SignInForm({ byToken, busy, problem, onEnter }: SignInFormProps) {
  const [text, setText] = useState('');
  const field = {
    id: 'sign-in',
    value: text,
    required: true,
    // The only thing to do on this page.
    autofocus: true,
    spellcheck: false,
    'aria-describedby': problem === null ? undefined : 'sign-in-problem',
    'aria-invalid': problem !== null,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
      setText(event.currentTarget.value),
  };
  return (
    <form
      class="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        onEnter(text.trim());
      }}
    >
      <label class="field" for="sign-in">
        <span>{byToken ? 'Token' : 'Your name'}</span>
        {byToken ? (
          <input type="password" autocomplete="off" maxLength={8_192} {...field} />
        ) : (
          <input type="text" autocomplete="username" maxLength={64} {...field} />
        )}
      </label>
      {problem !== null && (
        <p class="problem" id="sign-in-problem" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" class="button" disabled={busy || text.trim() === ''}>
        {busy ? 'Signing in…' : 'Continue'}
      </button>
    </form>
  );
}

function RecentNames({ onChoose }: { readonly onChoose: (name: string) => void }) {
  const names = recentNames();
  if (names.length === 0) return null;
  return (
    <section class="recent" aria-label="Continue as">
      <p aria-hidden="true">or continue as</p>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <button type="button" class="recent-name" onClick={() => onChoose(name)}>
              <Avatar id={name.toLowerCase()} name={name} size="small" />
              {name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
