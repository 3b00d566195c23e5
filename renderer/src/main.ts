import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { useApi } from './api.ts';
import { connectToShell, isDesktop } from './connect/desktop.ts';
import { connectToWebHost } from './connect/web.ts';
import { speak } from './texts/index.ts';
import { languageFor } from './texts/language.ts';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no place for the app.');
speak(languageFor(navigator.languages));
const api = await (isDesktop() ? connectToShell() : connectToWebHost());
const connected = api !== null && typeof api !== 'string' ? api : null;
if (connected) useApi(connected);
const noKey = connected ? null : typeof api === 'string' ? api : 'none';
mount(App, { target, props: { noKey } });
