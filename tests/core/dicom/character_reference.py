"""Every text of the given folders as pydicom decodes it: file, way to the element, UTF-8 in hexadecimal; one a line, tab-separated."""
import os
import sys
import warnings

import pydicom
from pydicom.sequence import Sequence

warnings.simplefilter("ignore")
TEXT = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}


def values(element):
    value = element.value
    if value is None:
        return []
    if isinstance(value, (list, pydicom.multival.MultiValue)):
        return [str(one) for one in value]
    return [str(value)]


def walk(dataset, way, name):
    for element in dataset:
        here = "%s%04x,%04x" % (way, element.tag.group, element.tag.element)
        if isinstance(element.value, Sequence):
            for number, item in enumerate(element.value):
                walk(item, "%s[%d]." % (here, number + 1), name)
        elif element.VR in TEXT and not element.tag.is_private:
            text = "\\".join(values(element))
            print("%s\t%s\t%s" % (name, here, text.encode("utf-8", "surrogateescape").hex()))


for folder in sys.argv[1:]:
    for path, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            full = os.path.join(path, name)
            try:
                dataset = pydicom.dcmread(full, force=True, stop_before_pixels=True)
                if "SOPClassUID" not in dataset and "SpecificCharacterSet" not in dataset:
                    continue
                dataset.decode()
                walk(dataset, "", full)
            except Exception:  # what pydicom can't read has no reference here
                continue
