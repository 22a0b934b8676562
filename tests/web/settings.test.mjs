/* Settings: what one says of oneself, one's picture and a square of it, where
 * one is logged in, and the end of an account; and the profile that shows it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, launch, list, logIn, newPerson, png, settled, sql, until, visit }
	from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(t, path = '/settings', how) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	await page.goto(path, { waitUntil: 'networkidle' });
	return page;
}

const box = (page, name) => page.locator('section.box').filter({
	has: page.getByRole('heading', { name, exact: true }) });

test('what one says is saved, and shown on the profile', async (t) => {
	const page = await open(t);
	const { username } = page.person;
	const form = box(page, 'Profile');
	assert.equal(await form.getByLabel('Shown name').inputValue(), username);
	await form.getByLabel('Shown name').fill('Kim 산책');
	await form.getByLabel('Profile name').fill(`${username}-p`);
	await form.getByLabel('Introduction').fill('Cups,\nand tea <b>houses</b>');
	await form.getByLabel('Gender').selectOption('O');
	await form.getByLabel('Birthday').fill('1999-12-31');
	await form.getByRole('button', { name: 'Save profile' }).click();
	await page.getByText('Your changes are saved.').waitFor();
	const own = await call(page, 'GET', 'users/me');
	assert.deepEqual([own.user_name, own.profile_name, own.introduction,
		own.gender, own.birthday], ['Kim 산책', `${username}-p`,
		'Cups,\nand tea <b>houses</b>', 'O', '1999-12-31']);
	await page.goto(`/@${username}`, { waitUntil: 'networkidle' });
	const head = page.locator('.profile');
	assert.equal(await head.getByRole('heading', { level: 1 }).textContent(),
		'Kim 산책');
	assert.equal(await head.locator('.profile-text').textContent(),
		'Cups,\nand tea <b>houses</b>');
	await head.getByText(`@${username}`).waitFor();
	await head.getByText('0 posts').waitFor();
	assert.deepEqual(await axe(page), []);
	/* the same from a fresh document, where nobody is logged in */
	const guest = await visit(browser);
	t.after(() => guest.context().close());
	await guest.goto(`/@${username}`, { waitUntil: 'networkidle' });
	await guest.getByRole('heading', { level: 1, name: 'Kim 산책' }).waitFor();
	assert.equal(await guest.getByText('1999').count(), 0);
});

test('what is refused stands at its field, and the rest is kept', async (t) => {
	const page = await open(t);
	const other = newPerson();
	const second = await visit(browser);
	t.after(() => second.context().close());
	await logIn(second, other);
	const form = box(page, 'Profile');
	await form.getByLabel('Profile name').fill(other.username.toUpperCase());
	await form.getByLabel('Introduction').fill('not lost');
	await form.getByRole('button', { name: 'Save profile' }).click();
	await page.getByText('somebody has this profile name already').waitFor();
	assert.ok(await form.getByLabel('Profile name').evaluate((one) =>
		one === document.activeElement &&
		one.getAttribute('aria-describedby') !== null));
	assert.equal(await form.getByLabel('Introduction').inputValue(), 'not lost');
	assert.deepEqual(await axe(page), []);
	assert.equal((await call(page, 'GET', 'users/me')).introduction, '');
});

/* The picture as it is known to the server: the size of the square. */
const side = (username) => Number(sql(`select m.width from media m join account a
	on a.avatar = m.id where a.username = '${username}'`));

async function choose(page, width = 400, height = 300) {
	await page.getByLabel('Choose a picture').setInputFiles({ name: 'me.png',
		mimeType: 'image/png', buffer: png(17, width, height) });
	const frame = page.getByRole('group', { name: /Part of the picture/ });
	await frame.locator('img[style*=transform]').waitFor();
	return frame;
}

const placed = (frame) => frame.locator('img').evaluate((one) =>
	new DOMMatrix(getComputedStyle(one).transform).e);

test('a square of the picture: by mouse, by keys, nearer', async (t) => {
	const page = await open(t);
	const frame = await choose(page);
	const middle = await placed(frame);
	assert.ok(Math.abs(middle + 40) < 2, String(middle));
	const at = await frame.boundingBox();
	await page.mouse.move(at.x + 120, at.y + 120);
	await page.mouse.down();
	await page.mouse.move(at.x + 200, at.y + 120, { steps: 4 });
	await page.mouse.up();
	assert.ok(Math.abs(await placed(frame)) < 1);
	await frame.focus();
	await page.keyboard.press('ArrowRight');
	assert.ok(await placed(frame) < -5);
	await page.getByLabel('Nearer').fill('2');
	assert.deepEqual(await axe(page), []);
	await page.getByRole('button', { name: 'Use this picture' }).click();
	await page.getByText('Your changes are saved.').waitFor();
	assert.equal(side(page.person.username), 150);
	await page.getByRole('button', { name: 'Remove picture' }).click();
	await page.locator('.avatar-field span.avatar').waitFor();
	assert.equal((await call(page, 'GET', 'users/me')).avatar, null);
});

test('a square by a finger, at 390 pixels, in Korean', async (t) => {
	const page = await open(t, '/settings', { size: 'phone', language: 'ko' });
	await page.locator('input[type=file]').setInputFiles({ name: 'me.png',
		mimeType: 'image/png', buffer: png(18, 300, 500) });
	const frame = page.locator('.crop-window');
	await frame.locator('img[style*=transform]').waitFor();
	assert.ok(await page.evaluate(() =>
		document.documentElement.scrollWidth <= innerWidth));
	assert.deepEqual(await axe(page), []);
	await page.locator('.avatar-field .button.primary').click();
	await page.locator('.avatar-field img.avatar').waitFor();
	assert.equal(side(page.person.username), 300);
});

test('where one is logged in: listed, ended there, and everywhere else',
	async (t) => {
		const page = await open(t, '/settings/security');
		const others = [];
		for (let i = 0; i < 3; i++) {
			const twin = await visit(browser);
			t.after(() => twin.context().close());
			const { email, password } = page.person;
			await call(twin, 'POST', 'session', { email, password });
			others.push(twin);
		}
		await page.reload({ waitUntil: 'networkidle' });
		const rows = box(page, 'Where you are logged in').locator('li');
		await rows.nth(3).waitFor();
		const count = await rows.count();
		await rows.first().getByText('This device').waitFor();
		assert.match(await rows.nth(1).textContent(), /Chrome, Linux/);
		assert.deepEqual(await axe(page), []);
		await rows.nth(1).getByRole('button').click();
		await page.getByText('Logged out there.').waitFor();
		await until(() => rows.count(), count - 1);
		assert.equal((await call(others[2], 'GET', 'session')).user, null);
		assert.ok((await call(others[0], 'GET', 'session')).user);
		await page.getByRole('button', { name: 'Log out everywhere else' })
			.click();
		await page.getByText('Logged out everywhere else.').waitFor();
		await until(() => rows.count(), 1);
		for (const twin of others)
			assert.equal((await call(twin, 'GET', 'session')).user, null);
		await page.reload({ waitUntil: 'networkidle' });
		await rows.first().getByText('This device').waitFor();
	});

test('the account goes with its password, by keys', async (t) => {
	const page = await open(t, '/settings/account');
	const { username, password } = page.person;
	await page.getByRole('button', { name: 'Delete my account' }).focus();
	await page.keyboard.press('Enter');
	const dialog = page.getByRole('dialog');
	await dialog.waitFor();
	assert.deepEqual(await axe(page), []);
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await until(() => page.getByRole('button', { name: 'Delete my account' })
		.evaluate((one) => one === document.activeElement), true);
	await page.keyboard.press('Enter');
	await dialog.getByLabel('Your password').fill('not it');
	await page.keyboard.press('Enter');
	await dialog.getByText('this is not your password').waitFor();
	await dialog.getByLabel('Your password').fill(password);
	await dialog.getByRole('button', { name: 'Delete for good' }).click();
	await page.getByText('Your account is deleted.').waitFor();
	await page.waitForURL('/');
	await settled(page);
	assert.equal((await call(page, 'GET', 'session')).user, null);
	assert.equal((await list(`users/${username}`)).detail, 'not found');
});

test('Follow becomes Following, and Unfollow under the mouse', async (t) => {
	const page = await open(t, '/@alice');
	const button = page.locator('.profile .follow');
	const counted = page.locator('.profile a[href$="/followers"]');
	const before = parseInt(await counted.textContent(), 10);
	await button.click();
	await page.locator('.profile .follow[aria-pressed=true]').waitFor();
	assert.equal(parseInt(await counted.textContent(), 10), before + 1);
	await page.mouse.move(0, 0);
	await until(() => button.innerText(), 'Following');
	await button.hover();
	await until(() => button.innerText(), 'Unfollow');
	await settled(page);
	assert.equal((await call(page, 'GET', 'users/alice')).following, true);
	await button.click();
	await page.locator('.profile .follow[aria-pressed=false]').waitFor();
	assert.equal(parseInt(await counted.textContent(), 10), before);
});

test('a page for each part, one click apart', async (t) => {
	for (const size of ['phone', 'desktop']) {
		const page = await open(t, '/settings', { size });
		const list = page.getByRole('navigation', { name: 'Settings' });
		for (const [name, path, title = name] of [
			['Account', '/settings/account'], ['Security', '/settings/security'],
			['Privacy', '/settings/privacy'], ['Muted', '/settings/muted'],
			['Notifications', '/settings/notifications',
				'Notification settings'],
			['Profile', '/settings', 'Settings']]) {
			await list.getByRole('link', { name, exact: true }).click();
			await page.waitForURL(path);
			await page.getByRole('heading', { level: 1, name: title }).waitFor();
			await settled(page);
			const now = list.locator('[aria-current=page]');
			assert.equal(await now.textContent(), name);
			assert.ok(await now.evaluate((one) => {
				const { left, right } = one.getBoundingClientRect();
				return left >= 0 && right <= innerWidth;
			}), `${name} is out of sight`);
			assert.equal(await page.title(), `${title} · Pinwall`);
			assert.deepEqual(await axe(page), []);
		}
		assert.deepEqual(page.faults, []);
	}
});

test('a phone number and a shoe size, for oneself alone', async (t) => {
	const page = await open(t, '/settings/account');
	const form = box(page, 'For you alone');
	await form.getByLabel('Phone number').fill('010-1234');
	await form.getByLabel('Shoe size').fill('265');
	await form.getByRole('button', { name: 'Save details' }).click();
	await form.getByText('use the international form').waitFor();
	assert.deepEqual(await axe(page), []);
	await form.getByLabel('Phone number').fill('+821012345678');
	await form.getByRole('button', { name: 'Save details' }).click();
	await page.getByText('Your changes are saved.').waitFor();
	const said = async () => {
		const { phone_number, shoe_size } = await call(page, 'GET', 'users/me');
		return [phone_number, shoe_size];
	};
	assert.deepEqual(await said(), ['+821012345678', 265]);
	await page.reload({ waitUntil: 'networkidle' });
	assert.equal(await form.getByLabel('Shoe size').inputValue(), '265');
	await form.getByLabel('Phone number').fill('');
	await form.getByLabel('Shoe size').fill('');
	await form.getByRole('button', { name: 'Save details' }).click();
	await page.getByText('Your changes are saved.').waitFor();
	assert.deepEqual(await said(), [null, null]);
});
