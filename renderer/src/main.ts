import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { connect } from './api.ts';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no place for the app.');
const api = await connect();
mount(App, { target, props: { api } });
