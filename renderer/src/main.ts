import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connectToWebHost, useApi } from './api.ts';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no place for the app.');
const api = await connectToWebHost();
if (api) useApi(api);
mount(App, { target, props: { connected: api !== null } });
