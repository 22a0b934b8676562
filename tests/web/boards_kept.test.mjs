/* Boards that several people keep: invitations, roles, links, leaving; text and
 * cover; the trash and back. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, launch, logIn, makePin, png, until, visit } from
	'./browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function person(t, how) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	return page;
}

/* Somebody at a board of theirs with these pins, the first one first. */
async function open(t, names = ['c', 'b', 'a'], body = {}, how) {
	const page = await person(t, how);
	page.board = (await call(page, 'POST', 'boards/',
		{ title: 'Cups', ...body })).id;
	page.pins = {};
	for (const name of names.toReversed())
		page.pins[name] = (await makePin(page, png(name.charCodeAt(0)), name,
			{ board: String(page.board) })).id;
	await page.goto(`/board/${page.board}`, { waitUntil: 'networkidle' });
	return page;
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.locator('dialog');
const saved = (page, method, path) => page.waitForResponse((answer) =>
	answer.request().method() === method && answer.url().includes(path));

test('a text and a cover, changed without leaving the page', async (t) => {
	const page = await open(t);
	await button(page, 'Edit board').click();
	await page.getByLabel('What it is about').fill('Of clay.\nAnd glass.');
	assert.deepEqual(await axe(page), []);
	let done = saved(page, 'PUT', '/cover');
	await button(page, 'Cover: b').click();
	assert.equal((await done).status(), 200);
	await page.locator('.cover-choice [aria-pressed=true][aria-label="Cover: b"]')
		.waitFor();
	done = saved(page, 'PUT', '/cover');
	await page.locator('.cover-field input').setInputFiles({
		name: 'x.png', mimeType: 'image/png', buffer: png(99) });
	const { cover } = await (await done).json();
	await button(page, 'A picture of its own').waitFor();
	await button(page, 'Save changes').click();
	await dialog(page).waitFor({ state: 'detached' });
	assert.equal(await page.locator('.board-text').textContent(),
		'Of clay.\nAnd glass.');
	await page.goto(`/@${page.person.username}`, { waitUntil: 'networkidle' });
	const shown = await page.locator('.cover img').evaluateAll((all) =>
		all.map((one) => one.getAttribute('src')));
	assert.equal(shown.length, 3);
	assert.ok(shown[0].includes(cover.split('/').at(-2)), shown[0]);
	assert.deepEqual(page.faults, []);
});

test('deleted, and back by one press', async (t) => {
	const page = await open(t);
	await button(page, 'Edit board').click();
	await button(page, 'Delete board').click();
	assert.ok(await page.getByLabel('Keep them').isChecked());
	assert.deepEqual(await axe(page), []);
	await page.getByLabel('Delete them too').check();
	await dialog(page).getByRole('button', { name: 'Delete board' }).click();
	await page.waitForURL(/\/@/);
	assert.equal(await page.locator('.board-card').count(), 0);
	await until(async () => (await call(page, 'GET',
		`pins/?author__username=${page.person.username}`)).results, []);
	/* Undo is there for ten seconds. */
	await page.waitForTimeout(6000);
	await button(page, 'Undo').click();
	await page.locator('.board-card', { hasText: 'Cups' }).waitFor();
	await page.locator('.toast a', { hasText: 'Open' }).click();
	await page.locator('.card[data-pin]').first().waitFor();
	await until(() => page.locator('.card[data-pin]').count(), 3);
	assert.deepEqual(page.faults, []);
});

test('its pins stay, if that is what is wanted', async (t) => {
	const page = await open(t, ['a']);
	await button(page, 'Edit board').click();
	await button(page, 'Delete board').click();
	await dialog(page).getByRole('button', { name: 'Delete board' }).click();
	await page.waitForURL(/\/@/);
	const pin = await call(page, 'GET', `pins/${page.pins.a}`);
	assert.deepEqual(pin.boards, []);
});

test('invited by name, accepted, another role, left', async (t) => {
	const ann = await open(t, ['a'], { secret: true });
	const ben = await person(t);
	await button(ann, 'Members').click();
	await ann.getByLabel('Invite by name').fill(ben.person.username);
	await ann.getByLabel('Role', { exact: true })
		.selectOption({ label: 'Can look' });
	assert.deepEqual(await axe(ann), []);
	await button(ann, 'Invite').click();
	const row = ann.locator('.members li',
		{ hasText: ben.person.username });
	await row.getByText('invited').waitFor();
	/* ... who finds nothing before he accepts it */
	await ben.goto(`/board/${ann.board}`, { waitUntil: 'networkidle' });
	assert.match(await ben.locator('h1').textContent(), /nothing here/);
	await ben.goto(`/@${ben.person.username}`, { waitUntil: 'networkidle' });
	assert.match(await ben.locator('.invitations').textContent(),
		/invites you to “Cups”: Can look/);
	assert.deepEqual(await axe(ben), []);
	await button(ben, 'Join').click();
	const card = ben.locator('.board-card', { hasText: 'Cups' });
	await card.waitFor();
	await until(() => ben.locator('.invitations').count(), 0);
	await card.click();
	await ben.locator('h1 .secret').waitFor();
	await ben.locator('.card[data-pin]').first().waitFor();
	assert.equal(await button(ben, 'Edit board').count(), 0);
	assert.equal(await button(ben, 'Select').count(), 0);
	/* more is allowed, and the page of the other one shows it */
	const role = saved(ann, 'PATCH', '/members/');
	await row.getByRole('combobox').selectOption({ label: 'Can edit' });
	assert.equal((await role).status(), 204);
	await ben.reload({ waitUntil: 'networkidle' });
	await button(ben, 'Edit board').click();
	assert.equal(await ben.getByLabel('Secret board').count(), 0);
	assert.equal(await button(ben, 'Delete board').count(), 0);
	await ben.getByLabel('Name of the board').fill('Our cups');
	await button(ben, 'Save changes').click();
	await ben.locator('h1', { hasText: 'Our cups' }).waitFor();
	/* ... and leaves */
	await button(ben, 'Members').first().click();
	await button(ben, 'Leave').click();
	await ben.waitForURL(/\/@/);
	await ben.goto(`/board/${ann.board}`, { waitUntil: 'networkidle' });
	assert.match(await ben.locator('h1').textContent(), /nothing here/);
	assert.deepEqual([ann.faults, ben.faults.filter((one) =>
		!/404/.test(one))], [[], []]);
});

test('removed by its owner', async (t) => {
	const ann = await open(t, ['a']);
	const ben = await person(t);
	await call(ann, 'POST', `boards/${ann.board}/members`,
		{ username: ben.person.username, role: 'adder' });
	await call(ben, 'POST', `boards/${ann.board}/accept`);
	await ann.reload({ waitUntil: 'networkidle' });
	await ann.locator('.faces-button .avatar').waitFor();
	await ann.locator('.faces-button').click();
	await button(ann, `Remove ${ben.person.username}`).click();
	await ann.locator('.members li', { hasText: ben.person.username })
		.waitFor({ state: 'detached' });
	await ann.locator('.faces-button').waitFor({ state: 'detached' });
	await until(async () => (await call(ann, 'GET', `boards/${ann.board}`)).members,
		[]);
	assert.deepEqual(ann.faults, []);
});

test('by a link, also for who has to log in first; it can be ended',
	async (t) => {
		const ann = await open(t, ['a'], { secret: true });
		await button(ann, 'Members').click();
		await button(ann, 'Make and copy link').click();
		const field = ann.locator('.invite-link input');
		await field.waitFor();
		const link = await field.inputValue();
		assert.match(link, /\/join\/[\w-]{43}$/);
		const ben = await person(t);
		await ben.goto(new URL(link).pathname, { waitUntil: 'networkidle' });
		await ben.getByText(/invites you to keep this board together/)
			.waitFor();
		assert.deepEqual(await axe(ben), []);
		await button(ben, 'Join').click();
		await ben.waitForURL(`**/board/${ann.board}`);
		await ben.locator('.card[data-pin]').first().waitFor();
		await button(ben, 'Select').waitFor();
		/* ended */
		await button(ann, 'End').click();
		await ann.locator('.invite-link li').waitFor({ state: 'detached' });
		const eve = await visit(browser);
		t.after(() => eve.context().close());
		await eve.goto(new URL(link).pathname, { waitUntil: 'networkidle' });
		assert.equal(await eve.getByText(/invites you/).count(), 0);
		assert.equal(await eve.locator('main a', { hasText: 'Log in' })
			.getAttribute('href'), `/login?next=${encodeURIComponent(
			new URL(link).pathname)}`);
		const zoe = await person(t);
		await zoe.goto(new URL(link).pathname, { waitUntil: 'networkidle' });
		await zoe.getByText('this link is not valid or has expired')
			.waitFor();
		assert.deepEqual(ann.faults, []);
	});

test('the picker has boards of others where one may add', async (t) => {
	const ann = await open(t, ['a']);
	const ben = await person(t);
	const look = await call(ann, 'POST', 'boards/', { title: 'Only look' });
	for (const [board, role] of [[ann.board, 'adder'], [look.id, 'viewer']]) {
		await call(ann, 'POST', `boards/${board}/members`,
			{ username: ben.person.username, role });
		await call(ben, 'POST', `boards/${board}/accept`);
	}
	const pin = await makePin(ben, png(7), 'mine');
	await ben.goto(`/pin/${pin.id}`, { waitUntil: 'networkidle' });
	await ben.keyboard.press('b');
	const row = ben.locator('.picker-row', { hasText: 'Cups' });
	const done = saved(ben, 'POST', '/add_pin');
	await row.click();
	assert.equal((await done).status(), 201);
	assert.equal(await ben.locator('.picker-row', { hasText: 'Only look' })
		.count(), 0);
	assert.deepEqual(ben.faults, []);
});

test('a description of the picture, and another home, by an edit',
	async (t) => {
		const page = await open(t, ['a']);
		const { id } = await call(page, 'POST', 'boards/', { title: 'Mugs' });
		await page.goto(`/pin/${page.pins.a}/edit`,
			{ waitUntil: 'networkidle' });
		await page.getByLabel(/^What is to be seen/).fill('A blue cup');
		assert.equal(await page.getByLabel('Board', { exact: true })
			.evaluate((one) => one.selectedOptions[0].label), 'Cups');
		await page.getByLabel('Board', { exact: true })
			.selectOption({ label: 'Mugs' });
		assert.deepEqual(await axe(page), []);
		await button(page, 'Save changes').click();
		await page.waitForURL(/\/pin\/\d+$/);
		const places = await call(page, 'GET', `pins/${page.pins.a}/boards`);
		assert.deepEqual(places.map((one) => [one.id, one.home]),
			[[id, true]]);
		await page.goto(`/board/${id}`, { waitUntil: 'networkidle' });
		await page.locator('.card img[alt="A blue cup"]').waitFor();
		await page.locator('.badge-alt').waitFor();
		assert.deepEqual(page.faults, []);
	});
