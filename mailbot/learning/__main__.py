"""Makes the model that ships, out of the corpus and the vocabularies that ship: `python -m mailbot.learning`."""

from importlib.resources import files
from pathlib import Path

from mailbot.learning.corpus import corpus_files, read_corpus
from mailbot.learning.lessons import lessons_of
from mailbot.learning.making import model_of
from mailbot.reading.meaning.classifier import SHIPPED
from mailbot.reading.vocabulary import Vocabulary
from mailbot.yaml_file import read_yaml


def main() -> None:
    """Train, and write the file."""
    top = Path(str(files("mailbot"))).parent
    vocabularies = {
        file.stem: Vocabulary.from_words(file.stem, read_yaml(file).data)
        for file in sorted((top / "rules" / "vocabulary").glob("*.yaml"))
    }
    corpus = read_corpus(*corpus_files(top / "corpus"))
    model_of(lessons_of(corpus, vocabularies), vocabularies).save(SHIPPED)


if __name__ == "__main__":
    main()
