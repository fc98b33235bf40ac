"""The texts of the pages and commands in English and Indonesian, and how dates and numbers are written."""

from __future__ import annotations

from endpoint.show import texts_data, texts_limits, texts_things, texts_wikidata
from graph.model.dates import Precision, parse_date

LANGUAGES: tuple[str, ...] = ("en", "id")
"""The languages of the interface; the first is used when nothing else is asked for."""

# CLDR, calendar "gregorian", months, format wide.
_MONTHS: dict[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
}  # fmt: skip

# CLDR, numbers, symbols: the separator of groups of thousands, and of decimals.
_SEPARATORS: dict[str, tuple[str, str]] = {"en": (",", "."), "id": (".", ",")}

_TEXTS: dict[str, tuple[str, str]] = {
    # every page
    "skip": ("Skip to content", "Langsung ke isi"),
    "nav.main": ("Main", "Utama"),
    "nav.questions": ("Questions", "Pertanyaan"),
    "nav.ontology": ("Ontology", "Ontologi"),
    "nav.about": ("About", "Tentang"),
    "nav.languages": ("Language", "Bahasa"),
    "foot.release": ("Release {id}, data of {date}", "Rilis {id}, data per {date}"),
    "foot.health": ("Health of the service", "Keadaan layanan"),
    "foot.cite": ("Licence and how to cite", "Lisensi dan cara mengutip"),
    "yes": ("yes", "ya"),
    "no": ("no", "tidak"),
    # home
    "home.heading": (
        "Which cities are twinned, since when, and who says so?",
        "Kota mana saja yang berkembar, sejak kapan, dan menurut siapa?",
    ),
    "home.lede": (
        "Kota Kembar is an open knowledge graph of sister-city cooperation in which every statement is a "
        "dated claim with its source, disagreements stay visible, and anyone can ask with SPARQL.",
        "Kota Kembar adalah graf pengetahuan terbuka tentang kerja sama kota kembar: setiap pernyataan "
        "adalah klaim bertanggal dengan sumbernya, perbedaan tetap terlihat, dan siapa pun dapat bertanya "
        "lewat SPARQL.",
    ),
    "home.numbers": ("The release in numbers", "Rilis ini dalam angka"),
    "home.questions": ("Questions", "Pertanyaan"),
    "home.where": ("Where everything is", "Letak semuanya"),
    "count.places": ("places", "wilayah"),
    "count.countries": ("countries", "negara"),
    "count.partnerships": ("partnerships", "kemitraan"),
    "count.agreements": ("agreements", "perjanjian"),
    "count.claims": ("claims", "klaim"),
    "count.sources": ("sources", "sumber"),
    "count.dated": ("of partnerships have a date", "kemitraan memiliki tanggal"),
    "count.two_sources": ("rest on two or more sources", "bersandar pada dua sumber atau lebih"),
    "where.sparql": ("ask anything, in SPARQL 1.1", "tanya apa saja, dengan SPARQL 1.1"),
    "where.queries": ("ready-made questions", "pertanyaan siap pakai"),
    "where.ontology": ("what the words mean", "arti istilah yang dipakai"),
    "where.data": ("releases, dumps, tables, networks", "rilis, berkas data, tabel, jaringan"),
    "where.sources": ("who says so", "siapa yang mengatakannya"),
    "where.about": ("method, licence, how to cite", "metode, lisensi, cara mengutip"),
    "where.health": ("release and state of the service", "rilis dan keadaan layanan"),
    "where.release": ("Release", "Rilis"),
    "where.compiled": ("Data of", "Data per"),
    # questions
    "questions.heading": ("Questions", "Pertanyaan"),
    "questions.lede": (
        "Each question takes a few values, answers in CSV, TSV, JSON or XML, and shows the SPARQL behind it.",
        "Setiap pertanyaan menerima beberapa nilai, menjawab dalam CSV, TSV, JSON, atau XML, dan "
        "memperlihatkan SPARQL di baliknya.",
    ),
    "question.show": ("Show", "Tampilkan"),
    "question.values": ("Values of the question", "Nilai pertanyaan"),
    "question.any": ("Any", "Semua"),
    "question.optional": ("optional", "opsional"),
    "question.bad": ("This value does not fit", "Nilai ini tidak sesuai"),
    "question.answer": ("Answer", "Jawaban"),
    "question.download": ("Download", "Unduh"),
    "question.sparql": ("The SPARQL behind this page", "SPARQL di balik halaman ini"),
    "question.open": ("Open in the SPARQL page", "Buka di halaman SPARQL"),
    "question.snippets": ("Use it from elsewhere", "Pakai dari tempat lain"),
    "question.example": ("e.g. Surabaya, Q11462", "mis. Surabaya, Q11462"),
    "question.none": (
        "No rows: nothing in this release fits.",
        "Tidak ada baris yang sesuai dalam rilis ini.",
    ),
    "rows.one": ("1 row", "1 baris"),
    "rows.many": ("{count} rows", "{count} baris"),
    "rows.first": (
        "The first {shown} are shown here; the downloads hold all.",
        "{shown} baris pertama ditampilkan di sini; berkas unduhan memuat semuanya.",
    ),
    "table.results": ("Table of results", "Tabel hasil"),
    # SPARQL page
    "sparql.heading": ("Ask with SPARQL", "Bertanya dengan SPARQL"),
    "sparql.lede": (
        "SPARQL 1.1, read only. An answer is complete or an error, never a part; "
        "a query has {seconds} seconds.",
        "SPARQL 1.1, hanya baca. Jawaban selalu utuh atau galat, tidak pernah sebagian; batas waktu "
        "{seconds} detik.",
    ),
    "sparql.query": ("Query", "Kueri"),
    "sparql.run": ("Run", "Jalankan"),
    "sparql.start": ("Start from a question", "Mulai dari pertanyaan"),
    "sparql.prefixes": ("Prefixes", "Prefiks"),
    "sparql.result": ("Result", "Hasil"),
    "sparql.problem": ("The query was not answered", "Kueri tidak terjawab"),
    # entities
    "entity.claims": ("What the sources say", "Kata sumber"),
    "entity.assessments": ("What we think of it", "Penilaian kami"),
    "entity.claims.of": ("Claims of this source", "Klaim dari sumber ini"),
    "entity.data": ("This page as data", "Halaman ini sebagai data"),
    "entity.more": ("All {count}, in SPARQL", "Semua {count}, dengan SPARQL"),
    "entity.according": ("according to", "menurut"),
    "entity.partners": ("Partners", "Mitra"),
    "entity.as": ("As {property}", "Sebagai {property}"),
    "entity.signature": ("{person} for {party}", "{person} untuk {party}"),
    "entity.office": ("office holder", "pejabat"),
    "kind.place": ("Place", "Wilayah"),
    "kind.partnership": ("Partnership", "Kemitraan"),
    "kind.agreement": ("Agreement", "Perjanjian"),
    "kind.claim": ("Claim", "Klaim"),
    "kind.source": ("Source", "Sumber"),
    "kind.vocab": ("Vocabulary", "Kosakata"),
    "kind.collection": ("Collection", "Koleksi"),
    "kind.event": ("Event", "Peristiwa"),
    "kind.person": ("Person", "Orang"),
    "kind.signature": ("Signature", "Tanda tangan"),
    "kind.regulation": ("Regulation", "Peraturan"),
    "kind.assessment": ("Assessment", "Penilaian"),
    "kind.graph": ("Named graph", "Graf bernama"),
    # ontology
    "ontology.heading": ("The words of the graph", "Istilah dalam graf ini"),
    "ontology.lede": (
        "Classes and properties with their meaning; the vocabularies hold the concepts they point to.",
        "Kelas dan properti beserta artinya; kosakata memuat konsep yang dirujuk.",
    ),
    "ontology.classes": ("Classes", "Kelas"),
    "ontology.properties": ("Properties", "Properti"),
    "ontology.vocabularies": ("Vocabularies", "Kosakata"),
    "ontology.domain": ("of", "dari"),
    "ontology.range": ("value", "nilai"),
    # about
    "about.heading": ("About Kota Kembar", "Tentang Kota Kembar"),
    "about.method": ("How it is made", "Cara pembuatannya"),
    "about.method.text": (
        "Lists, pages and articles are read statement by statement. Each statement is kept as a claim "
        "with its source and the words used there. Claims about one pair of places are brought together "
        "by fixed rules: what a claim asserts, whether the pair is accepted, which documents are the "
        "same, which date is best. Where sources disagree, both claims stay and an assessment says so.",
        "Daftar, laman, dan artikel dibaca pernyataan demi pernyataan. Setiap pernyataan disimpan sebagai "
        "klaim beserta sumber dan kata-kata aslinya. Klaim tentang satu pasangan wilayah dihimpun dengan "
        "aturan tetap: apa yang ditegaskan klaim, apakah pasangan diterima, dokumen mana yang sama, "
        "tanggal mana yang terbaik. Bila sumber berbeda, kedua klaim tetap ada dan sebuah penilaian "
        "mencatatnya.",
    ),
    "about.collections": ("Collections", "Koleksi"),
    "about.licence": ("Licence", "Lisensi"),
    "about.licence.text": (
        "Each collection states its own licence; the program is under the Apache License 2.0.",
        "Setiap koleksi menyatakan lisensinya sendiri; programnya berlisensi Apache 2.0.",
    ),
    "about.cite": ("How to cite", "Cara mengutip"),
    "about.cite.text": (
        "Kota Kembar, release {id}. An open knowledge graph of sister-city cooperation. {base}",
        "Kota Kembar, rilis {id}. Graf pengetahuan terbuka kerja sama kota kembar. {base}",
    ),
    "about.cite.why": (
        "A release never changes: name its id, and others can see exactly what you saw.",
        "Rilis tidak pernah berubah: sebutkan kodenya agar orang lain melihat persis yang Anda lihat.",
    ),
    "about.name": ("Collection", "Koleksi"),
    "about.compiled": ("Compiled", "Dihimpun"),
    # nothing there
    "missing.heading": ("Nothing is here", "Tidak ada apa-apa di sini"),
    "missing.text": (
        "Release {release} holds nothing at this address.",
        "Rilis {release} tidak memuat apa pun di alamat ini.",
    ),
    "missing.close": ("Did you mean", "Maksud Anda"),
    **texts_data.TEXTS,
    **texts_limits.TEXTS,
    **texts_wikidata.TEXTS,
    **texts_things.TEXTS,
}

# Words for properties from outside our ontology, for groups of links, and for columns of questions.
_TERMS: dict[str, tuple[str, str]] = {
    "rdf:type": ("kind", "jenis"),
    "rdfs:label": ("name", "nama"),
    "rdfs:comment": ("note", "catatan"),
    "rdfs:seeAlso": ("see also", "lihat juga"),
    "owl:sameAs": ("same as", "sama dengan"),
    "skos:prefLabel": ("name", "nama"),
    "skos:altLabel": ("other name", "nama lain"),
    "skos:definition": ("definition", "definisi"),
    "skos:scopeNote": ("scope", "cakupan"),
    "skos:editorialNote": ("remark", "catatan penyunting"),
    "skos:notation": ("slug", "slug"),
    "skos:broader": ("broader", "lebih luas"),
    "skos:narrower": ("narrower", "lebih sempit"),
    "skos:inScheme": ("vocabulary", "kosakata"),
    "skos:topConceptOf": ("top concept of", "konsep puncak dari"),
    "skos:hasTopConcept": ("top concept", "konsep puncak"),
    "skos:exactMatch": ("exact match", "padanan tepat"),
    "skos:closeMatch": ("close match", "padanan dekat"),
    "skos:relatedMatch": ("related match", "padanan terkait"),
    "skos:broadMatch": ("broader match", "padanan lebih luas"),
    "dcterms:title": ("title", "judul"),
    "dcterms:description": ("description", "uraian"),
    "dcterms:identifier": ("identifier", "pengenal"),
    "dcterms:publisher": ("publisher", "penerbit"),
    "dcterms:creator": ("author", "penulis"),
    "dcterms:language": ("language", "bahasa"),
    "dcterms:license": ("licence", "lisensi"),
    "dcterms:issued": ("issued", "terbit"),
    "dcterms:isReplacedBy": ("what was meant", "yang dimaksud"),
    "geo:hasGeometry": ("geometry", "geometri"),
    "geo:asWKT": ("coordinates", "koordinat"),
    "schema:url": ("address", "alamat"),
    # the other way round
    "^kk:party": ("Partnerships", "Kemitraan"),
    "^kk:contractingParty": ("Agreements", "Perjanjian"),
    "^kk:agreement": ("Part of partnership", "Bagian dari kemitraan"),
    "^kk:country": ("Places in this country", "Wilayah di negara ini"),
    "^kk:partOf": ("Contains", "Mencakup"),
    "^kk:succeeds": ("Followed by", "Digantikan oleh"),
    "^kk:follows": ("Followed by", "Disusul oleh"),
    "^kk:place": ("Events", "Peristiwa"),
    "^kk:event": ("Event of", "Peristiwa dari"),
    "^kk:about": ("Claims and assessments", "Klaim dan penilaian"),
    "^kk:source": ("Claims", "Klaim"),
    "^kk:collection": ("Claims", "Klaim"),
    "^kk:assesses": ("Assessed by", "Dinilai oleh"),
    "^kk:evidence": ("Evidence for", "Bukti bagi"),
    "^kk:basedOn": ("Basis of", "Dasar bagi"),
    "^kk:onBehalfOf": ("Signatures on its behalf", "Tanda tangan atas namanya"),
    "^kk:signedBy": ("Signatures", "Tanda tangan"),
    "^kk:listedBy": ("Lists", "Mencantumkan"),
    "^kk:signature": ("Signature under", "Tanda tangan pada"),
    "^skos:inScheme": ("Concepts", "Konsep"),
    "^skos:broader": ("Narrower", "Lebih sempit"),
    "^dcterms:isReplacedBy": ("Claimed instead of this", "Diklaim sebagai gantinya"),
    # columns
    "a": ("one party", "pihak pertama"),
    "b": ("other party", "pihak kedua"),
    "label": ("name", "nama"),
    "place": ("place", "wilayah"),
    "partner": ("partner", "mitra"),
    "partners": ("partners", "mitra"),
    "partnership": ("partnership", "kemitraan"),
    "partnerships": ("partnerships", "kemitraan"),
    "agreement": ("agreement", "perjanjian"),
    "agreements": ("agreements", "perjanjian"),
    "candidate": ("candidate", "calon mitra"),
    "claim": ("claim", "klaim"),
    "claims": ("claims", "klaim"),
    "city": ("city", "kota"),
    "common": ("partners in common", "mitra bersama"),
    "country": ("country", "negara"),
    "countryA": ("one country", "negara pertama"),
    "countryB": ("other country", "negara kedua"),
    "date": ("date", "tanggal"),
    "document": ("document", "dokumen"),
    "domain": ("domain", "bidang"),
    "issue": ("issue", "masalah"),
    "assessment": ("assessment", "penilaian"),
    "madeBy": ("made by", "dibuat oleh"),
    "level": ("level", "tingkat"),
    "measure": ("measure", "ukuran"),
    "note": ("note", "catatan"),
    "publisher": ("publisher", "penerbit"),
    "relation": ("relation", "hubungan"),
    "signed": ("signed", "ditandatangani"),
    "since": ("since", "sejak"),
    "source": ("source", "sumber"),
    "sources": ("sources", "sumber"),
    "statement": ("statement", "pernyataan"),
    "status": ("status", "status"),
    "until": ("until", "sampai"),
    "value": ("value", "nilai"),
    "verdict": ("verdict", "putusan"),
    "year": ("year", "tahun"),
    "years": ("years", "tahun"),
    **texts_things.TERMS,
}


def translate(key: str, language: str, **values: object) -> str:
    """Return the text `key` in `language`, its {places} filled; raises KeyError for no such text."""
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)


def term(key: str, language: str) -> str | None:
    """Return the word for a property (``dcterms:title``, ``^kk:party``) or a column, else None."""
    words = _TERMS.get(key)
    return words[LANGUAGES.index(language)] if words else None


def format_date(lexical: str, language: str) -> str:
    """Return a date as people write it: 19 March 2018, March 2018, 2018; other text comes back as it is."""
    try:
        date = parse_date(lexical)
    except ValueError:
        return lexical
    if date.month is None:
        return str(date.year)
    month_year = f"{_MONTHS[language][date.month - 1]} {date.year}"
    return f"{date.day} {month_year}" if date.precision is Precision.DAY else month_year


def format_number(value: str | int | float, language: str) -> str:
    """Return a number in the manner of `language`; thousands are parted from five digits on, so years stay.

    Text that is no plain decimal number comes back as it is.
    """
    thousands, decimal = _SEPARATORS[language]
    whole, _, fraction = str(value).partition(".")
    digits = whole.removeprefix("-")
    if not (digits.isdecimal() and digits.isascii()) or (fraction and not fraction.isdecimal()):
        return str(value)
    sign = "\u2212" if whole.startswith("-") else ""
    grouped = f"{int(digits):,}".replace(",", thousands) if len(digits) > 4 else digits
    return sign + grouped + (decimal + fraction if fraction else "")
