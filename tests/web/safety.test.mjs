/* Hiding, muting and blocking from a pin's menu, and deleting: gone at once, two
 * presses away, and back by Undo. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, faultsOf, launch, list, makePin, makePost, open, people,
	plantPins, png, settled, somebody, until, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/* Somebody who looks at the newest pins, of which two are another's. */
async function looking(t) {
	const [me, ann] = await people(t, browser, 2);
	const name = ann.person.username;
	plantPins(name, [`First of ${name}`, `Second of ${name}`]);
	await open(me, '/explore');
	await settled(me);
	return { me, ann, name, cards: me.locator('.card').filter({ hasText: `of ${name}` }) };
}

async function choose(page, card, item) {
	await card.hover();
	await card.getByRole('button', { name: 'More', exact: true }).click();
	await page.getByRole('menuitem', { name: item, exact: true }).click();
}

const undo = (page) => page.locator('.toast')
	.getByRole('button', { name: 'Undo', exact: true });

const count = (cards, n) => cards.page().waitForFunction(([text, wanted]) =>
	[...document.querySelectorAll('.card')].filter((card) =>
		card.textContent.includes(text)).length === wanted,
[cards.text, n]);

const muted = async (page) => (await call(page, 'GET', 'mutes')).results.length;

const cases = [
	{ item: () => 'Hide pin', said: () => 'The pin is hidden.', left: 1,
		kept: muted },
	{ item: (name) => `Mute ${name}`,
		said: (name) => `Pins of ${name} stay out of your lists.`, left: 0,
		kept: muted },
	{ item: (name) => `Block ${name}`, said: (name) => `${name} is blocked.`,
		left: 0, kept: async (page) =>
			(await call(page, 'GET', 'blocks')).results.length },
];

for (const { item, said, left, kept } of cases)
	test(`${item('somebody')}, and back`, async (t) => {
		const { me, name, cards } = await looking(t);
		cards.text = `of ${name}`;
		await cards.first().waitFor();
		await me.evaluate(() => scrollTo(0, 40));
		const at = await me.evaluate(() => scrollY);
		await choose(me, cards.first(), item(name));
		await me.getByText(said(name)).waitFor();
		await count(cards, left);
		await until(() => kept(me), 1);
		assert.equal(await me.evaluate(() => scrollY), at);
		assert.deepEqual(await axe(me), []);
		await undo(me).click();
		await count(cards, 2);
		await until(() => kept(me), 0);
		/* and for the next visit */
		await choose(me, cards.first(), item(name));
		await me.getByText(said(name)).waitFor();
		await open(me, '/explore');
		await settled(me);
		await count(cards, left);
		assert.deepEqual(faultsOf(me), []);
	});

test('what the server refuses is back', async (t) => {
	const { me, name, cards } = await looking(t);
	cards.text = `of ${name}`;
	await cards.first().waitFor();
	await me.route('**/api/mutes', (route) => route.fulfill({ status: 503,
		contentType: 'application/json', body: '{"detail": "too busy"}' }));
	await choose(me, cards.first(), 'Hide pin');
	await me.getByText('too busy').waitFor();
	await count(cards, 2);
});

test('one\'s own is deleted without a question, and comes back', async (t) => {
	const me = await somebody(t, browser);
	const name = me.person.username;
	plantPins(name, [`Only of ${name}`]);
	const pins = () => list(`pins/?author__username=${name}`);
	await open(me, `/@${name}/pins`);
	const card = me.locator('.card').filter({ hasText: `Only of ${name}` });
	card.text = `Only of ${name}`;
	await choose(me, card, 'Delete');
	await me.getByText('The pin is deleted.').waitFor();
	await count(card, 0);
	await until(async () => (await pins()).results.length, 0);
	await undo(me).click();
	await count(card, 1);
	await until(async () => (await pins()).results.length, 1);
	assert.deepEqual(faultsOf(me), []);
});

test('whom one blocked is let go in the settings, and back', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	const name = ann.person.username;
	await call(me, 'PUT', `users/${name}/block`);
	await open(me, '/settings/privacy');
	assert.deepEqual(await axe(me), []);
	const kept = async () => (await call(me, 'GET', 'blocks')).results
		.map((one) => one.username);
	await me.getByRole('button', { name: `Unblock ${name}` }).click();
	await me.getByText(`${name} is no longer blocked.`).waitFor();
	await until(kept, []);
	await me.getByText('You block nobody').waitFor();
	await until(() => me.evaluate(() => document.activeElement.textContent),
		'People you block');
	await undo(me).click();
	await me.locator('.kept-row').waitFor();
	await until(kept, [name]);
	assert.deepEqual(faultsOf(me), []);
});

test('what one muted: a word is added, each is removed', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	const name = ann.person.username;
	const [pin] = plantPins(name, [`Lamp of ${name} #lamps`]);
	const { id: tag } = await call(me, 'POST', 'tags/',
		{ tag_name: `lamp${name}` });
	for (const what of [{ item: pin }, { tag }, { person: name }])
		await call(me, 'POST', 'mutes', what);
	await open(me, '/settings/muted');
	const rows = me.locator('.kept-row');
	await me.getByLabel('A word in titles').fill('sunset');
	await me.getByRole('button', { name: 'Mute word' }).click();
	await rows.nth(3).waitFor();
	assert.deepEqual(await rows.locator('b').allTextContents(),
		['sunset', name, `#lamp${name}`, `Lamp of ${name}`]);
	assert.deepEqual(await rows.locator('small').allTextContents(),
		['Word', 'Person', 'Tag', 'Hidden pin or post']);
	assert.equal(await me.getByLabel('A word in titles').inputValue(), '');
	assert.deepEqual(await axe(me), []);
	for (let left = 3; left >= 0; left--) {
		await rows.first().getByRole('button').click();
		await settled(me);
		assert.equal(await rows.count(), left);
		await until(() => muted(me), left);
	}
	await me.getByText('Nothing is muted').waitFor();
	await undo(me).last().click();
	await rows.waitFor();
	assert.equal(await rows.locator('b').textContent(), `Lamp of ${name}`);
	await until(() => muted(me), 1);
	assert.deepEqual(faultsOf(me), []);
});

test('a tag is muted from the menu of a pin, and back', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	const name = ann.person.username;
	await makePin(ann, png(31), `One of ${name} #fog${name}`);
	plantPins(name, [`Two of ${name}`]);
	await open(me, '/explore');
	await settled(me);
	const cards = me.locator('.card').filter({ hasText: `of ${name}` });
	cards.text = `of ${name}`;
	await choose(me, cards.filter({ hasText: 'One of' }), `Mute #fog${name}`);
	await me.getByText(`Pins with #fog${name} stay out`).waitFor();
	await count(cards, 1);
	await until(async () => (await call(me, 'GET', 'mutes')).results[0]?.tag_name,
		`fog${name}`);
	await undo(me).click();
	await count(cards, 2);
	await until(() => muted(me), 0);
	assert.deepEqual(faultsOf(me), []);
});

test('a style post is hidden from its card, and its writer blocked from it',
	async (t) => {
		const [me, ann] = await people(t, browser, 2);
		const name = ann.person.username;
		const posts = [];
		for (const seed of [21, 22])
			posts.push(await makePost(ann, [png(seed)], `Coat ${seed} of ${name}`));
		await open(me, '/style?tab=latest');
		const cards = me.locator('.card').filter({ hasText: `of ${name}` });
		cards.text = `of ${name}`;
		await choose(me, cards.first(), 'Hide post');
		await me.getByText('The post is hidden.').waitFor();
		await count(cards, 1);
		await until(async () => (await call(me, 'GET', 'mutes')).results[0]?.kind,
			'item');
		await undo(me).click();
		await count(cards, 2);
		me.meant.push(/404/);
		await open(me, `/style/${posts[0].id}`);
		await me.locator('.panel').getByRole('button', { name: 'More' }).click();
		await me.getByRole('menuitem', { name: `Block ${name}` }).click();
		await me.waitForURL('/');
		await me.getByText(`${name} is blocked.`).waitFor();
		await undo(me).click();
		await settled(me);
		assert.deepEqual((await call(me, 'GET', 'blocks')).results, []);
		assert.deepEqual(faultsOf(me), []);
	});

test('the menu of a profile: link, mute, unmute, block', async (t) => {
	const [me, ann] = await people(t, browser, 2);
	const name = ann.person.username;
	await me.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await open(me, `/@${name}`);
	const item = async (label) => {
		await me.getByRole('button', { name: `More about ${name}` }).click();
		await me.getByRole('menuitem', { name: label, exact: true }).click();
	};
	await item('Copy link');
	await me.getByText('The link is copied.').waitFor();
	assert.match(await me.evaluate(() => navigator.clipboard.readText()),
		new RegExp(`/@${name}$`));
	await item(`Mute ${name}`);
	await me.getByText(`Pins of ${name} stay out`).waitFor();
	await until(() => muted(me), 1);
	await item(`Unmute ${name}`);
	await me.getByText('shows up in your lists again').waitFor();
	await until(() => muted(me), 0);
	assert.deepEqual(await axe(me), []);
	await item(`Block ${name}`);
	await me.waitForURL('/');
	await me.getByText(`${name} is blocked.`).waitFor();
	assert.deepEqual(faultsOf(me), []);
	me.meant.push(/404/);
	await open(me, `/@${name}`);
	await me.getByRole('heading', { name: 'There is nothing here' }).waitFor();
});

test('who said something is muted: what they said goes, and comes back',
	async (t) => {
		const [me, ann, ben] = await people(t, browser, 3);
		const name = ann.person.username;
		const [pin] = plantPins(ben.person.username, ['A quiet harbour']);
		const say = (page, content, to = `items/${pin}/comments`) =>
			call(page, 'POST', to, { content });
		const answered = await say(ann, 'answered');
		await say(ben, 'an answer', `comments/${answered.id}/replies`);
		await say(ann, 'alone');
		await say(ben, 'another');
		await open(me, `/pin/${pin}`);
		const words = me.locator('.comments .comment-text');
		const shown = () => words.allTextContents();
		await me.locator('.fold').first().click();
		await words.nth(2).waitFor();
		const before = await shown();
		await me.getByRole('article', { name: `Comment by ${name}` }).first()
			.getByRole('button', { name: 'More about this comment' }).click();
		await me.getByRole('menuitem', { name: `Mute ${name}` }).click();
		await me.getByText(`Pins of ${name} stay out`).waitFor();
		await until(async () => (await shown()).includes('alone'), false);
		assert.ok((await shown()).includes('another'));
		await undo(me).click();
		await me.getByText('alone').waitFor();
		await until(shown, before);
		await until(() => muted(me), 0);
		assert.deepEqual(faultsOf(me), []);
	});
