/*
 * 2,000 texts that want to be more than text (vectors.mjs), as titles of pins
 * and names of boards, tags and people: in the documents of the server and
 * everywhere the application shows them.  They are shown as they are; nothing
 * runs, is added, or is asked for.  Names that the API would refuse are put
 * into the database all the same: nothing may rest on that.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, launch, logIn, newPerson, open, plantPins, quoted,
	settled, site, sql, visit } from './browser.mjs';
import { vectors } from './vectors.mjs';

const titles = vectors(2000, 100);
const boardNames = vectors(300, 100, 21);
const tagNames = vectors(300, 100, 22);
const userNames = vectors(120, 20, 23);

const rows = (list) => list.map((one, i) =>
	`(${i}, ${quoted(one)})`).join(',\n');
const numbers = (text) => text.split('\n').map(Number);

let browser, person, pins, boards, tags;

before(async () => {
	browser = await launch();
	person = newPerson();
	const page = await visit(browser);
	await logIn(page, person);
	await page.context().close();
	pins = plantPins(person.username, titles);
	const mine = `(select id from account where username =
		${quoted(person.username)})`;
	boards = numbers(sql(`
		with name (i, title) as (values ${rows(boardNames)})
		insert into board (owner, title, created_at)
		select ${mine}, title, now() - i * interval '1 second' from name
		order by i returning id`));
	tags = numbers(sql(`
		with name (i, title) as (values ${rows(tagNames)})
		insert into tag (tag_name) select title from name
		on conflict do nothing;
		with name (i, title) as (values ${rows(tagNames)})
		select id from tag join name on lower(tag_name) = lower(title)
		order by i`));
	/* Three tags and two boards for each of the first pins. */
	sql(`insert into item_tag (item, tag, created_at)
		select p.id, t.id, now() from
			unnest(array[${pins.slice(0, 60)}]) with ordinality p (id, n)
			join unnest(array[${tags}]) with ordinality t (id, n)
			on t.n % 60 = p.n % 60;
		insert into board_item (board, item)
		select b.id, p.id from
			unnest(array[${pins.slice(0, 60)}]) with ordinality p (id, n)
			join unnest(array[${boards}]) with ordinality b (id, n)
			on b.n % 60 = p.n % 60;
		with name (i, name) as (values ${rows(userNames)})
		insert into account (username, email, password)
		select name, 'x' || i || '-${person.email}', '' from name
		on conflict do nothing;
		with name (i, name) as (values ${rows(userNames)})
		insert into follow (follower, followee) select id, ${mine}
		from account join name on lower(username) = lower(name)`);
});
after(() => browser.close());

/* Anything that a text may have made. */
const watch = () => {
	window.strange = [];
	const fine = new Set(('html head body title a article b blockquote br button canvas circle code ' +
		'dd details dialog div dl dt ellipse fieldset footer form g h1 h2 h3 header img ' +
		'input kbd label legend li line main nav ol optgroup option output p path ' +
		'polygon polyline progress rect section select small span summary svg ' +
		'textarea time ul video').split(' '));
	const look = (one) => {
		const name = one.localName;
		const ours = name === 'link' &&
			/^\/(assets|media)\//.test(one.getAttribute('href') ?? '/media/');
		if (!fine.has(name) && !ours)
			window.strange.push(one.outerHTML.slice(0, 200));
		for (const { name: key, value } of one.attributes)
			if (/^on|^srcdoc$|^formaction$/.test(key) ||
				/^\s*(javascript|data):/i.test(value) &&
				['href', 'src', 'action', 'xlink:href'].includes(key))
				window.strange.push(`${key}=${value.slice(0, 150)}`);
	};
	new MutationObserver((changes) => {
		if (document.readyState === 'loading')
			return;
		for (const { addedNodes, target, type } of changes) {
			if (type === 'attributes')
				look(target);
			for (const node of addedNodes)
				if (node instanceof Element)
					[node, ...node.querySelectorAll('*')].forEach(look);
		}
	}).observe(document, { subtree: true, childList: true, attributes: true });
};

async function start(t, path) {
	const page = await visit(browser);
	t.after(() => page.context().close());
	await call(page, 'POST', 'session',
		{ email: person.email, password: person.password });
	await page.addInitScript(watch);
	page.on('request', (one) => {
		const { origin, pathname } = new URL(one.url());
		if (origin !== site || /struck/.test(pathname))
			page.faults.push(`asked for ${one.url()}`);
	});
	if (path)
		await open(page, path);
	return page;
}

async function unharmed(page) {
	assert.deepEqual(await page.evaluate(() => [window.struck ?? 0,
		window.strange]), [0, []]);
	assert.deepEqual(faultsOf(page), []);
}

const tagPattern = /#[a-zA-Z\dㄱ-힣]+/g;

/* A title as it is shown: its tags stand elsewhere. */
function plain(title) {
	const text = title.replace(tagPattern, ' ').replace(/\s+/g, ' ').trim();
	return text === '' ? title : text;
}

const flat = (text) => text.replace(/\s+/g, ' ').trim();

test('documents: one shape, whatever is in them', async (t) => {
	/* A page without a policy: its parser is only asked. */
	const context = await browser.newContext();
	t.after(() => context.close());
	const blank = await context.newPage();
	const shapesOf = async (paths) => {
		const found = [];
		for (let i = 0; i < paths.length; i += 25)
			found.push(...await shapeOf(await fetchAll(
				paths.slice(i, i + 25))));
		return found;
	};
	const shapeOf = (texts) => blank.evaluate((all) => all.map((html) => {
		const page = new DOMParser().parseFromString(html, 'text/html');
		const meta = (name) => page.querySelector(
			`meta[property="${name}"]`)?.content;
		return { title: page.title, og: meta('og:title'),
			head: [...page.querySelectorAll('head *')].map((one) =>
				`${one.localName} ${one.getAttributeNames()}`).join('\n'),
			body: [...page.querySelectorAll('body *')].map((one) =>
				`${one.localName} ${one.getAttributeNames()}`).join('\n'),
			whole: [...page.querySelectorAll('script[data-path]')]
				.every((one) => typeof JSON.parse(one.textContent) ===
					'object') };
	}), texts);
	const fetchAll = async (paths) => {
		const found = new Array(paths.length);
		let next = 0;
		await Promise.all(Array.from({ length: 8 }, async () => {
			while (next < paths.length) {
				const i = next++;
				/* Data without any < is no element: it need not be parsed. */
				found[i] = (await (await fetch(site + paths[i])).text())
					.replace(/(data-path="pins\/[^"]*[?][^"]*">)[^<]*</g,
						'$1{}<');
			}
		}));
		return found;
	};
	const [calm] = plantPins(person.username, ['Calm']);
	/* A quarter of them: every context, element and encoding is among it. */
	const some = (all) => all.filter((_, i) => i % 4 === 0);
	for (const [kind, ids, names, shown, like] of [
		['pin', some(pins), some(titles), plain, calm],
		['board', some(boards), some(boardNames), (one) => one, null],
		['tag', some(tags), some(tagNames), (one) => `#${one}`, null]]) {
		const all = await shapesOf([...ids, ...like ? [like] : []]
			.map((id) => `/${kind}/${id}`));
		const shape = all.at(-1);
		for (const [i, name] of names.entries()) {
			const one = all[i];
			const text = flat(shown(name));
			assert.equal(flat(one.og ?? ''), text, `${kind} ${name}`);
			assert.equal(flat(one.title), `${text} · Pinwall`);
			assert.ok(one.whole, name);
			if (like)
				assert.equal(one.head, shape.head, name);
			assert.ok(!/^(script|style|meta|link|base|iframe|svg|img) /m.test(
				one.body.replaceAll('script type,data-path', '')), name);
			assert.ok(!/\bon\w+/.test(one.head + one.body), name);
		}
		t.diagnostic(`${names.length} documents of a ${kind}`);
	}
});

test('the wall shows 2,000 titles as they are', async (t) => {
	const page = await start(t);
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Network.setBlockedURLs', { urls: ['*/media/*'] });
	page.meant.push(/\/media\//);
	await page.addInitScript(() => {
		window.shown = new Map();
		const look = () => {
			for (const card of document.querySelectorAll('.card[data-pin]'))
				window.shown.set(Number(card.dataset.pin), [
					card.querySelector('.card-title').textContent,
					card.getAttribute('aria-label'),
					card.querySelector('img')?.alt ?? null,
					card.querySelector('.card-author span:last-child')
						.textContent]);
			requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
	await open(page, `/@${person.username}/pins`);
	for (let i = 0; i < 600; i++) {
		const ended = await page.evaluate((last) => {
			scrollBy(0, innerHeight * 0.8);
			return window.shown.has(last);
		}, pins[0]);
		if (ended)
			break;
		await page.waitForTimeout(25);
	}
	await page.waitForTimeout(200);
	const shown = new Map(await page.evaluate(() => [...window.shown]));
	for (const [i, id] of pins.entries()) {
		const text = plain(titles[i]);
		assert.deepEqual(shown.get(id), [text, text, text, person.username]);
	}
	await unharmed(page);
});

test('pages of pins, boards, tags and people; titles of the window',
	async (t) => {
		const page = await start(t);
		const head = async (path, text) => {
			await open(page, path);
			assert.equal(await page.locator('h1').textContent(), text);
			assert.equal(await page.title(),
				`${text.replace(/\s+/g, ' ').trim()} · Pinwall`);
			await unharmed(page);
		};
		for (let i = 0; i < 60; i += 9) {
			await head(`/pin/${pins[i]}`, plain(titles[i]));
			const names = tagNames.filter((_, n) => n % 60 === i);
			const chips = await page.locator('nav.chips a').allTextContents();
			assert.deepEqual(chips.sort(),
				names.map((one) => `#${one}`).sort());
			await head(`/board/${boards[i * 4]}`, boardNames[i * 4]);
			await head(`/tag/${tags[i * 4]}`, `#${tagNames[i * 4]}`);
			const name = userNames[i];
			if (!/[/\\%?#]/.test(name))
				await head(`/@${encodeURIComponent(name)}`, name);
		}
	});

test('lists: boards of a profile, people, the picker and its search, the ' +
	'choice of boards', async (t) => {
	const page = await start(t, `/@${person.username}`);
	const known = new Set(boardNames);
	const cards = await page.locator('.board-card b').allTextContents();
	assert.ok(cards.length >= 20 && cards.every((one) => known.has(one)));
	await open(page, `/@${person.username}/followers`);
	const people = await page.locator('.people b').allTextContents();
	const names = new Set(userNames);
	assert.ok(people.length >= 20 && people.every((one) => names.has(one)));
	await unharmed(page);

	await open(page, `/pin/${pins[0]}`);
	await page.locator('.panel .save-which').click();
	await page.locator('.picker-row').nth(10).waitFor();
	const listed = await page.locator('.picker-name').evaluateAll((all) =>
		all.map((one) => one.firstChild.textContent));
	assert.ok(listed.every((one) => known.has(one)));
	const field = page.locator('dialog input').first();
	const fresh = titles.filter((one) => !known.has(one)).slice(-200);
	for (const text of fresh) {
		await field.fill(text);
		assert.equal(await page.locator('.picker-row:not([aria-pressed])')
			.textContent(), `Create “${text}”`);
	}
	await field.fill(fresh[0]);
	await page.locator('.picker-row:not([aria-pressed])').click();
	await page.locator('.picker-row[aria-pressed=true]').first().waitFor();
	await unharmed(page);
	await open(page, '/create');
	await page.setInputFiles('.drop input', { name: `${titles[1]}.png`,
		mimeType: 'image/png', buffer: Buffer.from('x') });
	await page.locator('.upload').waitFor();
	assert.equal(await page.locator('.upload-line .soft').first()
		.textContent(), `${titles[1]}.png`);
	const options = await page.locator('select#board option').allTextContents();
	assert.ok(options.filter((one) => known.has(one)).length >= 20);
	for (const text of titles.slice(0, 100)) {
		await page.locator('.upload input').fill(text);
		const found = [...text.matchAll(tagPattern)].map((one) => one[0]);
		assert.deepEqual(await page.locator('.upload .chip.on')
			.allTextContents(), found);
	}
	await unharmed(page);
});

test('dialogs and news', async (t) => {
	const page = await start(t);
	for (let i = 0; i < 6; i++) {
		await open(page, `/board/${boards[i * 7]}`);
		const name = boardNames[i * 7];
		await page.getByRole('button', { name: 'Edit board' }).click();
		const field = page.locator('dialog').getByLabel('Name of the board');
		assert.equal(await field.inputValue(), name);
		const next = `${titles[i + 300].slice(0, 90)} ${i}`;
		await field.fill(next);
		await page.getByRole('button', { name: 'Save changes' }).click();
		await page.locator('dialog').waitFor({ state: 'detached' });
		await page.waitForFunction((want) =>
			document.querySelector('h1')?.textContent === want, next);
		await open(page, `/pin/${pins[70 + i]}`);
		await page.locator('.panel .save-main').click();
		await page.locator('.toast span').first().waitFor();
		const told = await page.locator('.toast span').first().textContent();
		assert.match(told, /^(Saved to|Removed from) /);
		await unharmed(page);
	}
	await open(page, `/board/${boards[1]}`);
	await page.getByRole('button', { name: 'Edit board' }).click();
	await page.getByRole('button', { name: 'Delete board' }).click();
	await page.locator('dialog .dialog-text').getByText(boardNames[1]).waitFor();
	await unharmed(page);
});
