/*
 * The title of a pin; after # it suggests tags: arrows move, Enter or Tab
 * takes one, Esc closes.  While a syllable is being composed nothing is asked
 * and no key is ours.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Suggestions, tagAt, withTag } from '../core/suggest';
import type { Tag } from '../core/types';
import { t } from '../core/words';

interface Props {
	value: string;
	name: string;
	label: string;
	readOnly: boolean;
	change: (text: string) => void;
}

export function TitleField({ value, name, label, readOnly, change }: Props) {
	const input = useRef<HTMLInputElement>(null);
	const tags = useSignal<Tag[]>([]);
	const at = useSignal(0);
	const suggestions = useMemo(() => new Suggestions((found) => {
		tags.value = found;
		at.value = 0;
	}), []);
	const ask = (field: HTMLInputElement) => suggestions.ask(
		tagAt(field.value, field.selectionStart ?? field.value.length));
	useEffect(() => {
		const field = input.current;
		field?.addEventListener('compositionend', () => ask(field));
		return () => suggestions.stop();
	}, []);
	const close = () => suggestions.ask(null);
	const take = (tag: Tag) => {
		const field = input.current;
		if (!field)
			return;
		const [text, caret] = withTag(value,
			field.selectionStart ?? value.length, tag.tag_name);
		close();
		if ([...text].length > 100)
			return;
		field.value = text;
		field.setSelectionRange(caret, caret);
		change(text);
	};
	const keys = (e: KeyboardEvent) => {
		const { length } = tags.value;
		const chosen = tags.value[at.value];
		if (e.isComposing || !chosen)
			return;
		if (e.key === 'ArrowDown')
			at.value = (at.value + 1) % length;
		else if (e.key === 'ArrowUp')
			at.value = (at.value + length - 1) % length;
		else if (e.key === 'Enter' || (e.key === 'Tab' && !e.shiftKey))
			take(chosen);
		else if (e.key === 'Escape')
			close();
		else
			return;
		e.preventDefault();
		e.stopPropagation();
	};
	const open = tags.value.length > 0 && !readOnly;
	const list = `${name}-tags`;
	useEffect(() => {
		if (open)
			document.getElementById(list)?.scrollIntoView({ block: 'nearest' });
	}, [open]);
	return <div class="title-field">
		<input ref={input} class="input" value={value} name={name}
			maxLength={100} readOnly={readOnly} autocomplete="off"
			placeholder={t('field.title')} aria-label={label} role="combobox"
			aria-autocomplete="list" aria-expanded={open}
			aria-controls={list} aria-activedescendant={open
				? `${list}-${at.value}` : undefined}
			onInput={(e) => {
				change(e.currentTarget.value);
				if (!e.isComposing)
					ask(e.currentTarget);
			}}
			onKeyDown={keys} onBlur={close} />
		<ul id={list} class="suggestions" role="listbox" hidden={!open}
			aria-label={t('tags')}>
			{tags.value.map((tag, i) => <li key={tag.id} role="option"
				id={`${list}-${i}`} aria-selected={i === at.value}
				onPointerDown={(e) => { e.preventDefault(); take(tag); }}>
				<span>#{tag.tag_name}</span>
				<small>{t('pins.count', { n: tag.item_count ?? 0 })}</small>
			</li>)}
		</ul>
	</div>;
}
