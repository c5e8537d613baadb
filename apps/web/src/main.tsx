import '@fontsource-variable/figtree/wght.css';
import './styles/main.css';
import { render } from 'preact';
import { App } from './App.tsx';
import { resumeSession } from './session/session.ts';

resumeSession();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
