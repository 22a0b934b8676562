/* What one muted: people, tags, words, and what one hid. */
import eyeOff from 'icon:eye-off';
import hash from 'icon:hash';
import typeIcon from 'icon:type';
import { useRef } from 'preact/hooks';
import { api } from '../core/api';
import { plainTitle, smaller } from '../core/images';
import { langOf } from '../core/lang';
import { type Paged, usePaged } from '../core/paged';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Form, type FormValues } from '../ui/Form';
import { Icon } from '../ui/Icon';
import { focusList, KeptList } from '../ui/KeptList';
import { SettingsFrame } from '../ui/SettingsFrame';
import { tell, tellError } from '../ui/Toast';

interface Mute {
	id: number;
	kind: 'person' | 'tag' | 'item' | 'word';
	username: string | null;
	avatar: string | null;
	tag: number | null;
	tag_name: string | null;
	item: number | null;
	title: string | null;
	image: string | null;
	page: string | null;
	word: string | null;
}

const start = 'mutes';

/* What went since it was hidden has no name any more. */
function nameOf(one: Mute): string {
	if (one.kind === 'tag')
		return `#${one.tag_name}`;
	return one.username ?? one.word ??
		(one.title === null ? t('muted.item') : plainTitle(one.title));
}

/* What takes it up again. */
const bodyOf = ({ kind, username, tag, item, word }: Mute) => ({
	[kind]: { person: username, tag, item, word }[kind] });

export default function MutedSettings() {
	return <SettingsFrame title={t('muted')}><Muted /></SettingsFrame>;
}

function Muted() {
	const paged = usePaged<Mute>(start);
	const end = async (one: Mute) => {
		const putBack = paged.take(one);
		try {
			await api('DELETE', `${start}/${one.id}`);
			forgetFeeds();
			tell(t('unmute.done', { name: nameOf(one) }), { label: t('undo'),
				run: () => {
					api('POST', start, { body: bodyOf(one) })
						.then(() => paged.load(start), tellError);
				} });
		} catch (e) {
			putBack();
			tellError(e);
		}
	};
	return <>
		<WordForm paged={paged} />
		<KeptList paged={paged} path={start} title={t('muted.what')}
			text={t('muted.text')}
			none={`${t('muted.none')}. ${t('muted.none.text')}`}
			keyOf={(one) => one.id}
			row={(one) => <Row of={one} end={() => { void end(one); }} />} />
	</>;
}

function WordForm({ paged }: { paged: Paged<Mute> }) {
	const box = useRef<HTMLElement>(null);
	const add = async (values: FormValues) => {
		await api('POST', start, { body: { word: values['word'] ?? '' } });
		box.current?.querySelector('form')?.reset();
		forgetFeeds();
		await paged.load(start);
	};
	return <section ref={box} class="box">
		<Form button={t('muted.add')} send={add}>
			{(errors) => <Field name="word" label={t('muted.word.add')} required
				maxLength={50} autocomplete="off" errors={errors['word']} />}
		</Form>
	</section>;
}

function Row({ of: one, end }: { of: Mute; end: () => void }) {
	const name = nameOf(one);
	return <div class="kept-row">
		<Face of={one} />
		<span class="kept-words">
			<Name of={one} name={name} />
			<small>{t(`muted.${one.kind}`)}</small>
		</span>
		<Button aria-label={t('unmute.name', { name })} onClick={(e) => {
			focusList(e.currentTarget as HTMLElement);
			end();
		}}>{t('unmute')}</Button>
	</div>;
}

function Name({ of: one, name }: { of: Mute; name: string }) {
	const href = one.username ? `/@${one.username}`
		: one.tag ? `/tag/${one.tag}/${encodeURIComponent(one.tag_name ?? '')}`
			: one.page;
	const text = <b lang={langOf(name)}>{name}</b>;
	return href ? <a href={href}>{text}</a> : text;
}

function Face({ of: one }: { of: Mute }) {
	if (one.username)
		return <Avatar name={one.username} size={44} picture={one.avatar} />;
	if (one.image)
		return <img class="told-picture" alt="" loading="lazy" width={44}
			height={44} src={smaller(one.image, 236)} />;
	return <span class="kept-icon small"><Icon size={20} of={one.kind === 'tag'
		? hash : one.kind === 'word' ? typeIcon : eyeOff} /></span>;
}
