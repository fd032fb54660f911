import { render } from 'preact';
import { App } from './app/app.js';
import { applyTheme } from './app/theme-switch.js';
import './styles/theme.css';
import './styles/frame.css';
import './styles/fields.css';
import './styles/parts.css';
import './styles/pages.css';

applyTheme();
const root = document.getElementById('console');
if (root !== null) render(<App />, root);
