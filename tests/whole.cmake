# Tests of what needs Qt, VTK or a whole program; each folder has its own CMakeLists.txt.
foreach(folder architecture render render/volume reporting app corpus soak)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
    add_subdirectory(${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  endif()
endforeach()
