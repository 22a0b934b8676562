/*
 * Texts that would be more than text if any place forgot what it shows: vectors
 * by how they would run, wrapped in the contexts they would break out of, in
 * the encodings they would be smuggled in, and mutants of all these.  The same
 * seed gives the same list.  All of them would set window.struck, open a dialog
 * or ask for /struck.
 */
const run = 'window.struck=1';
const calls = [run, 'alert(1)', 'confirm`1`', 'fetch("/struck")',
	'top["al"+"ert"](1)', 'self[atob("YWxlcnQ=")](1)',
	'new Image().src="/struck"', 'import("/struck")', 'print()'];

const handlers = ['onerror', 'onload', 'onfocus', 'onclick', 'onmouseover',
	'onpointerenter', 'ontoggle', 'onbegin', 'onanimationstart',
	'onbeforetoggle', 'onwheel', 'oninput'];

const elements = [
	(c) => `<script>${c}</script>`,
	(c) => `<img src=x onerror=${c}>`,
	(c) => `<svg onload=${c}>`,
	(c) => `<svg><script>${c}</script></svg>`,
	(c) => `<svg><animate onbegin=${c} attributeName=x dur=1s>`,
	(c) => `<svg><a href="javascript:${c}"><text y=20>x</text></a>`,
	(c) => `<math><mtext><style><img src onerror=${c}></style>`,
	(c) => `<iframe srcdoc="<script>${c}</script>">`,
	(c) => `<iframe src="javascript:${c}">`,
	(c) => `<details open ontoggle=${c}>`,
	(c) => `<input autofocus onfocus=${c}>`,
	(c) => `<video src onerror=${c}>`,
	(c) => `<object data="javascript:${c}">`,
	(c) => `<a href="javascript:${c}">x</a>`,
	(c) => `<form action="javascript:${c}"><button>x</button>`,
	(c) => `<base href="javascript:${c}//">`,
	(c) => `<meta http-equiv=refresh content="0;url=javascript:${c}">`,
	(c) => `<link rel=modulepreload href=/struck>${c}`,
	(c) => `<style>@import"/struck";</style>${c}`,
	(c) => `<template shadowrootmode=open><img src=x onerror=${c}>`,
	(c) => `<button popovertarget=x onbeforetoggle=${c}>x`,
	(c) => `<!--#echo var="DOCUMENT_URI"--><b>${c}`,
	(c) => `<!--#include virtual="/struck" -->${c}`,
	(c) => `<!--# set var="x" value="${c}" -->`,
	(c) => `javascript:${c}`,
	(c) => `data:text/html,<script>${c}</script>`,
	(c) => `{{constructor.constructor("${c}")()}}`,
	(c) => '${' + c + '}',
	(c) => `#{${c}}`,
	(c) => `<%= ${c} %>`,
];

/* What would end the place a text stands in, before it. */
const contexts = [
	(x) => x, (x) => `">${x}`, (x) => `'>${x}`, (x) => `"><!--${x}`,
	(x) => `</title>${x}`, (x) => `</script>${x}`, (x) => `</textarea>${x}`,
	(x) => `</style>${x}`, (x) => `--!>${x}`, (x) => `]]>${x}`,
	(x) => `</noscript>${x}`, (x) => `"}]}</script>${x}`,
	(x) => `" autofocus ${handlers[x.length % handlers.length]}=${run} x="`,
	(x) => `' ${handlers[(x.length * 7) % handlers.length]}='${run}`,
	(x) => `\\";${x}//`, (x) => `');${x}//`,
];

const codes = (x, f) => [...x].map(f).join('');
const encodings = [
	(x) => x,
	(x) => x.replace(/</g, '&lt;').replace(/>/g, '&gt;'),
	(x) => codes(x, (c) => `&#${c.codePointAt(0)};`),
	(x) => codes(x, (c) => `&#x${c.codePointAt(0).toString(16)}`),
	(x) => encodeURIComponent(x),
	(x) => x.replace(/</g, '\\u003c').replace(/>/g, '\\u003e'),
	(x) => x.replace(/</g, '\\x3c'),
	(x) => x.replace(/</g, '＜').replace(/>/g, '＞'),
	(x) => x.replace(/[a-z]/g, (c, i) => i % 2 ? c.toUpperCase() : c),
	(x) => x.replace(/ /g, '/'),
	(x) => x.replace(/<(\w)/g, '<<$1'),
	(x) => x.replace(/script/gi, 'scr<script>ipt'),
];

/* A small generator of numbers: the same ones for the same seed. */
function dice(seed) {
	let state = seed;
	return (n) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return (state >>> 8) % n;
	};
}

const pieces = ['<', '>', '"', "'", '`', '=', '/', '&', ';', '\u2028', '\u200b',
	'\u202e', '\ufeff', '한', '🍂', '\\', '(', '&#0;', '%00', '--', '{', '}', '#x'];

function mutant(text, roll) {
	const at = roll(text.length + 1), piece = pieces[roll(pieces.length)];
	switch (roll(4)) {
	case 0: return text.slice(0, at) + piece + text.slice(at);
	case 1: return text.slice(0, at) + text.slice(at + 1 + roll(3));
	case 2: return text.slice(0, at) + text.slice(at - roll(12)) + piece;
	default: return text.slice(at) + text.slice(0, at);
	}
}

/* n texts that differ in more than case, of at most `most` characters. */
export function vectors(n, most, seed = 20) {
	const roll = dice(seed);
	const found = new Map();
	const add = (text) => {
		/* As the API keeps texts. */
		const kept = [...text.normalize('NFC')
			.replace(/\p{Cc}/gu, '')].slice(0, most).join('').trim();
		const key = kept.toLowerCase();
		if (/\S/.test(kept) && found.size < n && !found.has(key))
			found.set(key, kept);
	};
	/* Each element as it is, in one context or another, in each encoding. */
	for (const [i, element] of elements.entries())
		for (const [j, encoding] of encodings.entries())
			add(encoding(contexts[(i + j) % contexts.length](
				element(calls[(i * 5 + j) % calls.length]))));
	for (const context of contexts)
		for (const element of elements)
			add(context(element(calls[roll(calls.length)])));
	while (found.size < n) {
		const context = contexts[roll(contexts.length)];
		const element = elements[roll(elements.length)];
		const encoding = encodings[roll(3) ? 0 : roll(encodings.length)];
		add(mutant(encoding(context(element(calls[roll(calls.length)]))),
			roll));
	}
	return [...found.values()];
}
